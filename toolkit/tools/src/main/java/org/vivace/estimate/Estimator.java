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
 * Estimates the cost of a pass of a model from its blocks and the shapes of its inputs: nothing is computed and no
 * weight is allocated, except for blocks that must be measured.
 *
 * <p>The blocks' own forward pass runs on arrays that have a shape but no values. Every operation of DJL's blocks has a
 * rule for its result, its multiply-adds, its memory traffic and the arrays its gradient needs; the arrays open at each
 * moment are known because the blocks close them. So a user's own blocks are followed like DJL's if they read no
 * values. An operation without a rule is measured alone, on random numbers of its operands' shapes; a block that reads
 * values, or a TorchScript module, is measured as a whole: the innermost such block gets weights and runs for real.
 * {@link Estimate#notes} name them. Operations whose result's length depends on values of the data are refused.
 * Parameters that several blocks share count once. (To learn the shapes behind a lambda block DJL itself runs it, on
 * zeros; it is given two rows for that.)
 *
 * <p>The estimate leaves the block unchanged, initialized or not. It must not be in use meanwhile.
 *
 * @param block the model
 * @param inputs arrays of a batch
 * @param labels arrays that the loss compares with; empty for inference
 * @param loss empty for inference
 * @param optimizer one of DJL's; empty for inference
 * @param methods whose effects are included
 * @param device that the pass would run on
 * @param trainedWith the applied methods if a trainer trains the block at this moment; else empty
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

    /** The number of points of a run that are estimated if a method follows a schedule. */
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
     * For a block that a trainer is training, between two of its steps. Nothing is run, so that no random number is
     * drawn and no array made: a block or operation that would have to be measured counts as free, and
     * {@link Estimate#leftOut} names it.
     *
     * @param by the methods that the trainer has applied, to which those of {@link #methods} are added
     * @throws IllegalArgumentException if both cannot be combined
     */
    public Estimator inTraining(List<EfficiencyMethod> by) {
        return new Estimator(block, inputs, labels, loss, optimizer, methods, device, Optional.of(by));
    }

    /**
     * The same with another batch size.
     *
     * @throws IllegalArgumentException if it is below 1
     */
    public Estimator withBatch(long batch) {
        return withShapes(spec -> spec.withBatch(batch));
    }

    /** The precision of matrix products and convolutions. */
    public Precision precision() {
        return effects().precision();
    }

    /** The memory layout of images and weights of convolutions. */
    public MemoryFormat images() {
        return effects().images();
    }

    /** Whether any of {@link #methods} declares that it changes the cost of a step. */
    public boolean changesCost() {
        return effects().changeCost();
    }

    RecipeEffects effects() {
        return new RecipeEffects(trainedWith.orElse(List.of()), methods);
    }

    /**
     * The steps of a run, whose methods may give some of them smaller inputs, and how many each represents: the run is
     * estimated at sixteen points, each for the steps around it.
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
     * The largest batch whose step, or forward pass if no loss was given, needs no more than {@code bytes}. Blocks that
     * have to be measured run at each batch size tried, which may need twice as much.
     *
     * <p>If a batch of one row does not run, as with batch norm in training, the search begins with the smallest power
     * of two that does, or with the batch of the inputs; if a batch in between does not run, multiples of that are
     * tried.
     *
     * @param bytes beside the process itself
     * @return 0 if not even the smallest fits
     * @throws IllegalArgumentException if the model does not run on the given inputs either
     */
    public long largestBatch(long bytes) {
        return new LargestBatch(this, bytes).find();
    }

    /**
     * A training step: forward, loss, backward and update.
     *
     * @throws UnknownOperationException if the model or the loss needs values and does not run by itself either
     * @throws IllegalArgumentException if the shapes do not fit the model or the loss
     * @throws IllegalStateException if no loss and optimizer were given
     */
    public Estimate step() {
        if (loss.isEmpty() || optimizer.isEmpty()) {
            throw new IllegalStateException(
                    "expected a loss and an optimizer for a training step, got none: give them with training(…)");
        }
        return followed(SymbolicPass::step);
    }

    /** A forward pass without gradients. */
    public Estimate inference() {
        return followed(SymbolicPass::inference);
    }

    /** Starts again after each block that turns out to need a measurement. */
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
