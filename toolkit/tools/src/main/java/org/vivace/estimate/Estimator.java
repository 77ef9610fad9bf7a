package org.vivace.estimate;

import ai.djl.Device;
import ai.djl.nn.Block;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.vivace.torch.MemoryFormat;
import org.vivace.torch.Precision;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.Recipe;

/**
 * Reckons what a pass of a model costs, from its blocks and the shapes of its inputs: nothing is computed, and no weight
 * is allocated, but for blocks that cannot be reckoned with.
 *
 * <p>The blocks' own forward pass runs on arrays that have a shape but no values. Every operation that DJL's blocks
 * consist of has a rule for its result, its multiply-adds, what it moves through memory and what its gradient needs; and
 * which arrays are open at each moment is known because the blocks themselves close them. So blocks of one's own are as
 * good as DJL's, as long as they look at no values. An operation that has no rule is measured alone, on random numbers of
 * its operands' shapes; and a block that looks at values, or that is a TorchScript module, is measured as one: the
 * innermost such block gets weights and runs for real. {@link Estimate#notes} name them. What selects by values of the
 * data, so that the result is as long as these say, is refused. Parameters that several blocks share count once. (To learn the shapes behind a lambda block DJL itself runs it, on zeros; it is given
 * two rows for that.)
 *
 * <p>The block is as before when the estimate is made, initialised or not. It must not be in use meanwhile.
 *
 * @param block the model
 * @param inputs what a batch of it is
 * @param labels what the loss compares with; empty for inference
 * @param loss nothing for inference
 * @param optimizer one of DJL's; nothing for inference
 * @param methods whose effects are counted in
 * @param device that the pass would run on
 * @param trainedWith there where a trainer trains the block at this moment: the methods that it does so with
 */
public record Estimator(
        Block block,
        List<ArraySpec> inputs,
        List<ArraySpec> labels,
        Optional<Loss> loss,
        Optional<Optimizer> optimizer,
        List<EfficiencyMethod> methods,
        Device device,
        Optional<List<EfficiencyMethod>> trainedWith) {

    /** Where a method follows a schedule, the run is looked at in so many places. */
    private static final int PLACES = 16;

    public Estimator {
        inputs = List.copyOf(inputs);
        labels = List.copyOf(labels);
        methods = List.copyOf(methods);
        trainedWith = trainedWith.map(List::copyOf);
        if (inputs.isEmpty()) {
            throw new IllegalArgumentException(
                    "expected the shapes of the model's inputs, got none: give at least one");
        }
        Recipe.of(Stream.concat(trainedWith.stream().flatMap(List::stream), methods.stream())
                .toList());
    }

    public static Estimator of(Block block, ArraySpec... inputs) {
        return new Estimator(
                block,
                List.of(inputs),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Device.cpu(),
                Optional.empty());
    }

    public Estimator training(Loss by, Optimizer with, ArraySpec... comparedWith) {
        return new Estimator(
                block, inputs, List.of(comparedWith), Optional.of(by), Optional.of(with), methods, device, trainedWith);
    }

    public Estimator methods(List<? extends EfficiencyMethod> recipe) {
        return new Estimator(block, inputs, labels, loss, optimizer, List.copyOf(recipe), device, trainedWith);
    }

    public Estimator on(Device where) {
        return new Estimator(block, inputs, labels, loss, optimizer, methods, where, trainedWith);
    }

    /**
     * Of a block that a trainer trains at this moment, between two of its steps. Nothing of it is run, so that no random
     * number is drawn and no array made: a block or operation that would have to be measured counts as one that costs
     * nothing, and {@link Estimate#leftOut} names it.
     *
     * @param by the methods that the trainer has applied, to which those of {@link #methods} are added
     * @throws IllegalArgumentException where both do not go together
     */
    public Estimator inTraining(List<EfficiencyMethod> by) {
        return new Estimator(block, inputs, labels, loss, optimizer, methods, device, Optional.of(by));
    }

    /**
     * The same with another batch size.
     *
     * @throws IllegalArgumentException where it is below 1
     */
    public Estimator withBatch(long batch) {
        return withShapes(spec -> spec.withBatch(batch));
    }

    /** What matrix products and convolutions are computed in. */
    public Precision precision() {
        return effects().precision();
    }

    /** How images and weights of convolutions lie in memory. */
    public MemoryFormat images() {
        return effects().images();
    }

    /** Whether any of {@link #methods} says that it changes what a step costs. */
    public boolean changesCost() {
        return effects().changeCost();
    }

    RecipeEffects effects() {
        return new RecipeEffects(trainedWith.orElse(List.of()), methods);
    }

    /**
     * The steps of a run, whose methods may give some of them smaller inputs than the data have, and how many are alike:
     * the run is looked at in sixteen places, and each stands for the steps around it.
     */
    Map<Estimator, Long> steps(long steps) {
        long places = Math.min(PLACES, steps);
        Map<Estimator, Long> alike = new LinkedHashMap<>();
        for (int i = 0; i < places; i++) {
            long from = steps * i / places;
            long to = steps * (i + 1) / places;
            alike.merge(at((from + to) / 2, steps), to - from, Long::sum);
        }
        return alike;
    }

    private Estimator at(long step, long steps) {
        RecipeEffects effects = effects();
        return withShapes(spec -> new ArraySpec(
                effects.shape(step, steps, spec.shape(), inputs.get(0).shape()), spec.type()));
    }

    private Estimator withShapes(UnaryOperator<ArraySpec> change) {
        return new Estimator(
                block,
                inputs.stream().map(change).toList(),
                labels.stream().map(change).toList(),
                loss,
                optimizer,
                methods,
                device,
                trainedWith);
    }

    /**
     * The largest batch whose step, or forward pass where no loss was given, needs no more than {@code bytes}. Blocks
     * that have to be measured run at each batch size that is tried, which may need twice as much.
     *
     * <p>Where a batch of one row does not run, as with batch norm in training, the search begins with the smallest power
     * of two that does, or with the batch that the inputs have; and where a batch in between does not run, multiples of
     * that are tried.
     *
     * @param bytes beside the process itself
     * @return 0 where not even the smallest fits
     * @throws IllegalArgumentException where the model does not run on the inputs that were given, either
     */
    public long largestBatch(long bytes) {
        return new LargestBatch(this, bytes).find();
    }

    /**
     * A training step: forward, loss, backward and update.
     *
     * @throws UnknownOperationException where the model, or the loss, does what cannot be followed without values, and
     *     does not run by itself either
     * @throws IllegalArgumentException where the shapes do not fit the model or the loss
     * @throws IllegalStateException where no loss and optimiser were given
     */
    public Estimate step() {
        if (loss.isEmpty() || optimizer.isEmpty()) {
            throw new IllegalStateException(
                    "expected a loss and an optimiser for a training step, got none: give them with training(…)");
        }
        return followed(SymbolicPass::step);
    }

    /** A forward pass that is not recorded. */
    public Estimate inference() {
        return followed(SymbolicPass::inference);
    }

    /** Begins anew with each block that turns out to need a measurement. */
    private Estimate followed(Function<SymbolicPass, Estimate> pass) {
        MeasuredBlocks measured = new MeasuredBlocks(device, images(), trainedWith.isEmpty());
        while (true) {
            try {
                return pass.apply(new SymbolicPass(this, measured));
            } catch (UnknownBlockException e) {
                measured.add(e);
            }
        }
    }
}
