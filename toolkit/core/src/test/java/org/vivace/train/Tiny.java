package org.vivace.train;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.Dropout;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.vivace.models.Gpt;

/** Models and data so small that a step takes a millisecond. */
final class Tiny {

    static final int BATCHES = 6;
    static final Shape POINTS = new Shape(4, 5);
    static final Shape IDS = new Shape(4, 8);

    private Tiny() {}

    static Model model(Block block) {
        Model model = Model.newInstance("tiny", Device.cpu(), "PyTorch");
        model.setBlock(block);
        return model;
    }

    /** 5 numbers to 3 classes through one hidden layer. */
    static SequentialBlock mlp(double dropout) {
        return new SequentialBlock()
                .add(Linear.builder().setUnits(7).build())
                .add(Activation.tanhBlock())
                .add(Dropout.builder().optRate((float) dropout).build())
                .add(Linear.builder().setUnits(3).build());
    }

    static Gpt gpt(double dropout) {
        return new Gpt(new Gpt.Settings(16, 8, 2, 2, 8, dropout));
    }

    /** Six batches of four points each, always the same, in random order where asked. */
    static ArrayDataset points(NDManager manager, boolean shuffled) {
        return points(manager, BATCHES * 4, shuffled);
    }

    static ArrayDataset points(NDManager manager, int size, boolean shuffled) {
        NDArray index = manager.arange(size * 5f).reshape(size, 5);
        return new ArrayDataset.Builder()
                .setData(index.mul(0.7f).sin())
                .optLabels(manager.arange(size).mod(3).toType(DataType.FLOAT32, false))
                .setSampling(4, shuffled)
                .build();
    }

    /** Six batches of four sequences of eight ids each; the labels are the ids. */
    static ArrayDataset text(NDManager manager, boolean shuffled) {
        int size = BATCHES * 4;
        NDArray ids = manager.arange(size * 8).mul(7).mod(16).reshape(size, 8).toType(DataType.INT64, false);
        return new ArrayDataset.Builder()
                .setData(ids)
                .optLabels(ids)
                .setSampling(4, shuffled)
                .build();
    }

    static Loss classes() {
        return Loss.softmaxCrossEntropyLoss();
    }

    static DefaultTrainingConfig config(Loss loss, Optimizer optimizer) {
        return new DefaultTrainingConfig(loss)
                .optDevices(new Device[] {Device.cpu()})
                .optOptimizer(optimizer);
    }

    static Optimizer adam() {
        return Optimizer.adam().optLearningRateTracker(Tracker.fixed(0.01f)).build();
    }

    static Optimizer sgd(Tracker rate) {
        return Optimizer.sgd().setLearningRateTracker(rate).build();
    }

    static Training training(Model model) {
        return Training.of(model).input(POINTS).loss(classes()).learningRate(0.01);
    }

    /** Equal for equal weights, bit for bit. */
    static int weights(Model model) {
        return model.getBlock().getParameters().values().stream()
                .mapToInt(parameter -> Arrays.hashCode(parameter.getArray().toFloatArray()))
                .reduce(1, (all, one) -> 31 * all + one);
    }

    /** DJL's own optimisers whose state can be saved. */
    static Stream<Function<Tracker, Optimizer>> optimizers() {
        return Stream.of(
                rate -> Optimizer.adam().optLearningRateTracker(rate).build(),
                rate -> Optimizer.adamW().optLearningRateTracker(rate).build(),
                rate -> Optimizer.sgd()
                        .setLearningRateTracker(rate)
                        .optMomentum(0.9f)
                        .build());
    }

    /** Interrupts the thread that trains, after the step of this number. */
    static Consumer<TrainingRecord.Point> interruptAfter(long step) {
        return point -> {
            if (point.step() == step) {
                Thread.currentThread().interrupt();
            }
        };
    }
}
