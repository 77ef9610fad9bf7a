package org.vivace.bench;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.vivace.measure.QualityMeasure;
import org.vivace.train.EfficiencyMethod;

/** A workload composed of a user's own parts by {@link Workload#of}. Immutable: every method returns a new one. */
public final class ComposedWorkload implements Workload {

    /** The quality of a batch's predictions; see {@link Workload#quality}. */
    @FunctionalInterface
    public interface BatchQuality {
        double of(NDList labels, NDList predictions, double loss);
    }

    private final String name;
    private final Supplier<? extends Block> block;
    private final List<Shape> inputs;
    private final Loss loss;
    private final Function<Tracker, ? extends Optimizer> optimizer;
    private final Dataset train;

    // Optional parts; set only before the object is published.
    private Optional<Dataset> validation = Optional.empty();
    private Map<String, String> settings = Map.of();
    private double learningRate = 1e-3;
    private QualityMeasure measure = QualityMeasure.LOSS;
    private BatchQuality quality = (labels, predictions, loss) -> loss;
    private OptionalDouble target = OptionalDouble.empty();
    private OptionalDouble flops = OptionalDouble.empty();
    private List<EfficiencyMethod> recipe = List.of();
    private Optional<Class<?>> maker = Optional.empty();

    ComposedWorkload(
            String name,
            Supplier<? extends Block> block,
            List<Shape> inputs,
            Loss loss,
            Function<Tracker, ? extends Optimizer> optimizer,
            Dataset train) {
        if (name.isBlank()) {
            throw new IllegalArgumentException("expected a name of the workload, got none: give it one word");
        }
        if (inputs.isEmpty()) {
            throw new IllegalArgumentException(
                    "expected a shape for each input of " + name + ", got none: give the shape of a batch");
        }
        this.name = name;
        this.block = Objects.requireNonNull(block, "block");
        this.inputs = List.copyOf(inputs);
        this.loss = Objects.requireNonNull(loss, "loss");
        this.optimizer = Objects.requireNonNull(optimizer, "optimizer");
        this.train = Objects.requireNonNull(train, "train");
    }

    private ComposedWorkload(ComposedWorkload other) {
        this(other.name, other.block, other.inputs, other.loss, other.optimizer, other.train);
        validation = other.validation;
        settings = other.settings;
        learningRate = other.learningRate;
        measure = other.measure;
        quality = other.quality;
        target = other.target;
        flops = other.flops;
        recipe = other.recipe;
        // Not the other's class: it does not make this one.
    }

    private ComposedWorkload but(Consumer<ComposedWorkload> change) {
        ComposedWorkload other = new ComposedWorkload(this);
        change.accept(other);
        return other;
    }

    /** Evaluated on held-out data, any DJL data set, prepared. */
    public ComposedWorkload validation(Dataset heldOut) {
        return but(other -> other.validation = Optional.of(heldOut));
    }

    /** Trained at this peak learning rate. @param rate above 0 */
    public ComposedWorkload learningRate(double rate) {
        requirePositive("a learning rate", rate);
        return but(other -> other.learningRate = rate);
    }

    /** Evaluated by a measure other than the loss. */
    public ComposedWorkload measuredBy(QualityMeasure by, BatchQuality each) {
        return but(other -> {
            other.measure = by;
            other.quality = each;
        });
    }

    /**
     * Evaluated by the share of examples whose highest logit is that of their class: labels (batch), logits (batch,
     * classes).
     */
    public ComposedWorkload measuredByAccuracy() {
        return measuredBy(Accuracy.MEASURE, (labels, predictions, unused) -> Accuracy.of(labels, predictions));
    }

    /** With this target quality, in the units of its measure. */
    public ComposedWorkload target(double value) {
        return but(other -> other.target = OptionalDouble.of(value));
    }

    /** With the operations of a training step as counted by hand; see {@link Workload#flopsPerStep}. */
    public ComposedWorkload flopsPerStep(double operations) {
        requirePositive("a number of operations", operations);
        return but(other -> other.flops = OptionalDouble.of(operations));
    }

    /** With these methods as its recommended recipe. */
    public ComposedWorkload recipe(EfficiencyMethod... methods) {
        return but(other -> other.recipe = List.of(methods));
    }

    /** With one more entry in the record's settings, for instance a description of the data. */
    public ComposedWorkload setting(String key, Object value) {
        Map<String, String> more = new TreeMap<>(settings);
        more.put(key, String.valueOf(value));
        return but(other -> other.settings = more);
    }

    /** The same, marked as made by this class. */
    ComposedWorkload madeBy(Class<?> type) {
        return but(other -> other.maker = Optional.of(type));
    }

    /** The class from which another JVM can make this workload, if any. */
    Optional<Class<?>> maker() {
        return maker;
    }

    private void requirePositive(String what, double value) {
        if (!(value > 0 && Double.isFinite(value))) {
            throw new IllegalArgumentException(
                    "expected " + what + " of " + name + " above 0, got " + value + ": correct it");
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Block newBlock() {
        return block.get();
    }

    @Override
    public List<Shape> inputs() {
        return inputs;
    }

    @Override
    public Loss loss() {
        return loss;
    }

    @Override
    public Optimizer optimizer(Tracker rate) {
        return optimizer.apply(rate);
    }

    @Override
    public Dataset train() {
        return train;
    }

    @Override
    public Optional<Dataset> validation() {
        return validation;
    }

    @Override
    public Map<String, String> settings() {
        Map<String, String> all = new TreeMap<>(settings);
        all.putIfAbsent(
                "input", String.join(", ", inputs.stream().map(Shape::toString).toList()));
        all.putIfAbsent("batch", Long.toString(inputs.get(0).get(0)));
        all.putIfAbsent(
                "optimizer",
                "DJL's "
                        + optimizer(Tracker.fixed((float) learningRate))
                                .getClass()
                                .getSimpleName());
        all.putIfAbsent("model", newBlock().getClass().getSimpleName());
        return all;
    }

    @Override
    public double learningRate() {
        return learningRate;
    }

    @Override
    public QualityMeasure measure() {
        return measure;
    }

    @Override
    public OptionalDouble target() {
        return target;
    }

    @Override
    public double quality(NDList labels, NDList predictions, double mean) {
        return quality.of(labels, predictions, mean);
    }

    @Override
    public OptionalDouble flopsPerStep() {
        return flops;
    }

    @Override
    public List<EfficiencyMethod> recipe() {
        return recipe;
    }
}
