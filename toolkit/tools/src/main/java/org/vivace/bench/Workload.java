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
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.function.Supplier;
import org.vivace.measure.QualityMeasure;
import org.vivace.train.EfficiencyMethod;

/**
 * A model, its data, its loss and stock optimizer under one name: what a recipe is measured on. Made of a user's own
 * parts by {@link #of}, or a class that implements this interface, which a command line can name and another JVM can
 * make. The components of a record become options of the command line; see {@link WorkloadSizes}.
 */
public interface Workload {

    /** Used in records and titles, and on command lines if the class is registered as a service. */
    String name();

    /** A new model, without weights. */
    Block newBlock();

    /** The shape of each of the model's inputs in a full batch, batch axis first. */
    List<Shape> inputs();

    Loss loss();

    /** DJL's own optimizer, the one that plain DJL would train this with; a new one in every call. */
    Optimizer optimizer(Tracker learningRate);

    /** The training data, in batches; prepared, and readable any number of times. */
    Dataset train();

    /** The data to evaluate on, held out from {@link #train}; empty if the model is only timed. */
    default Optional<Dataset> validation() {
        return Optional.empty();
    }

    /** The sizes and a description of the data, for the record. */
    default Map<String, String> settings() {
        return WorkloadSizes.words(this);
    }

    /** The peak learning rate, at which plain DJL learns this best in minutes. */
    default double learningRate() {
        return 1e-3;
    }

    /** What the model is evaluated by on the held-out data. */
    default QualityMeasure measure() {
        return QualityMeasure.LOSS;
    }

    /** A target quality that plain DJL reaches in some minutes. */
    default OptionalDouble target() {
        return OptionalDouble.empty();
    }

    /**
     * The quality of predictions, in terms of {@link #measure}.
     *
     * @param loss the mean loss of the batch
     * @return the mean over the batch, to be averaged with the weights of the batches' sizes
     */
    default double quality(NDList labels, NDList predictions, double loss) {
        return loss;
    }

    /**
     * Floating-point operations that the model needs for one training step over a full batch, a multiplication and an
     * addition counted as two: those of its matrix products and convolutions, times three, since the backward pass
     * makes two products for each one of the forward pass. Empty if the estimator should count them.
     */
    default OptionalDouble flopsPerStep() {
        return OptionalDouble.empty();
    }

    /** The recommended methods for this workload. */
    default List<EfficiencyMethod> recipe() {
        return List.of();
    }

    /**
     * This workload at another size, for notebooks.
     *
     * @return itself if it has only one
     */
    default Workload at(Size size) {
        return this;
    }

    /**
     * A workload of a user's own parts; the methods of {@link ComposedWorkload} add optional ones.
     *
     * <pre>{@code
     * var mine = Workload.of("mine", Net::new, new Shape(32, 3, 64, 64), loss, rate -> adam(rate), train);
     * }</pre>
     *
     * @param name in records and titles
     * @param block makes a new model, without weights, in each call
     * @param input the shape of a full batch of the model's input, batch axis first
     * @param optimizer makes a new DJL optimizer, with the given learning rate, in each call
     * @param train any DJL data set, prepared
     */
    static ComposedWorkload of(
            String name,
            Supplier<? extends Block> block,
            Shape input,
            Loss loss,
            Function<Tracker, ? extends Optimizer> optimizer,
            Dataset train) {
        return of(name, block, List.of(input), loss, optimizer, train);
    }

    /** The same for a model with several inputs. */
    static ComposedWorkload of(
            String name,
            Supplier<? extends Block> block,
            List<Shape> inputs,
            Loss loss,
            Function<Tracker, ? extends Optimizer> optimizer,
            Dataset train) {
        return new ComposedWorkload(name, block, inputs, loss, optimizer, train);
    }

    /**
     * The workload made by a class that implements this interface or supplies a workload, by its constructor without
     * arguments. Another JVM can make it too, so its memory can be measured.
     *
     * <pre>{@code
     * class Mine implements Supplier<Workload> {
     *     public Workload get() {
     *         return Workload.of("mine", Net::new, new Shape(32, 3, 64, 64), loss, rate -> adam(rate), train);
     *     }
     * }
     * var bench = Bench.of(Workload.madeBy(Mine.class));
     * }</pre>
     *
     * @throws IllegalArgumentException if it is neither, or has no such constructor
     */
    static Workload madeBy(Class<?> type) {
        return NamedWorkloads.make(type);
    }

    /**
     * The workload of the service of this interface with that name, or of the class of that name.
     *
     * @throws IllegalArgumentException if there is neither, or the class has no constructor without arguments
     */
    static Workload named(String name) {
        return NamedWorkloads.get(name);
    }
}
