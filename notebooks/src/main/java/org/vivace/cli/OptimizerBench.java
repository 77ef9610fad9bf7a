package org.vivace.cli;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.training.Trainer;
import ai.djl.training.initializer.Initializer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.util.PairList;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.vivace.measure.BenchRecord;
import org.vivace.measure.Machine;
import org.vivace.measure.NamedStep;
import org.vivace.measure.PairedTiming;
import org.vivace.measure.Timings;
import org.vivace.methods.FusedAdamW;
import org.vivace.methods.FusedSgd;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.EfficientTrainer;

/**
 * The optimizer's step alone, DJL's against the fused one, on 16.8 million parameters in few and in many tensors.
 *
 * <p>Both arms run {@code trainer.step()} on the gradients of one backward pass, which either arm zeroes at its first
 * step. They are zeros from the beginning except for one element per tensor, without which DJL would refuse to step:
 * moments that decay for a thousand steps would become denormal, which is slow for a reason unrelated to the optimizer.
 */
public final class OptimizerBench {

    private OptimizerBench() {}

    /** The optimizers compared. */
    public enum Pair {
        ADAM(() -> Optimizer.adam().build(), new FusedAdamW()),
        SGD(
                () -> Optimizer.sgd()
                        .setLearningRateTracker(Tracker.fixed(0.1f))
                        .optMomentum(0.9f)
                        .build(),
                new FusedSgd());

        private final Supplier<Optimizer> optimizer;
        private final EfficiencyMethod method;

        Pair(Supplier<Optimizer> optimizer, EfficiencyMethod method) {
            this.optimizer = optimizer;
            this.method = method;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** 16.8 million parameters. */
    public enum Layout {
        FOUR_TENSORS(4, new Shape(2048, 2048)),
        FOUR_HUNDRED_TENSORS(400, new Shape(205, 205));

        private final int tensors;
        private final Shape shape;

        Layout(int tensors, Shape shape) {
            this.tensors = tensors;
            this.shape = shape;
        }
    }

    /**
     * Makes one record for each pair and layout.
     *
     * @param command the command line that measures this again
     * @param plan the rounds and the budget of each comparison, and on CUDA how to synchronize
     */
    public static List<BenchRecord> records(String command, Machine machine, PairedTiming plan) {
        List<BenchRecord> records = new ArrayList<>();
        for (Pair pair : Pair.values()) {
            for (Layout layout : Layout.values()) {
                records.add(BenchRecord.of(
                        command,
                        "optimizer " + pair + ", " + layout.tensors + " tensors",
                        machine,
                        time(pair, layout, plan),
                        name -> List.of(name)));
            }
        }
        return records;
    }

    /** Times DJL's optimizer, the baseline, against the method that replaces it. */
    public static Timings time(Pair pair, Layout layout, PairedTiming plan) {
        try (Arm plain = new Arm(pair, layout);
                Arm fused = new Arm(pair, layout, pair.method)) {
            return plan.measure(List.of(
                    new NamedStep("DJL", plain.trainer::step),
                    new NamedStep(pair.method.label(), fused.trainer::step)));
        }
    }

    /** A trainer whose parameters have gradients, ready to step. */
    private static final class Arm implements AutoCloseable {

        private final Model model = Model.newInstance("optimizer bench", "PyTorch");
        private final Trainer trainer;

        Arm(Pair pair, Layout layout, EfficiencyMethod... methods) {
            model.setBlock(new Weights(layout));
            DefaultTrainingConfig config = new DefaultTrainingConfig(Loss.l2Loss())
                    .optOptimizer(pair.optimizer.get())
                    .optDevices(new Device[] {model.getNDManager().getDevice()})
                    .optInitializer(Initializer.ONES, Parameter.Type.WEIGHT);
            trainer = methods.length == 0 ? model.newTrainer(config) : new EfficientTrainer(model, config, methods);
            trainer.initialize(layout.shape);
            try (NDManager batch = trainer.getManager().newSubManager();
                    GradientCollector collector = trainer.newGradientCollector()) {
                float[] values = new float[(int) layout.shape.size()];
                values[0] = 1;
                NDList input = new NDList(batch.create(values, layout.shape));
                collector.backward(trainer.forward(input).singletonOrThrow());
            }
        }

        @Override
        public void close() {
            trainer.close();
            model.close();
        }
    }

    /** The sum of all parameters' products with the input, so that the input is the gradient of each. */
    private static final class Weights extends AbstractBlock {

        private final List<Parameter> weights = new ArrayList<>();

        Weights(Layout layout) {
            for (int i = 0; i < layout.tensors; i++) {
                weights.add(addParameter(Parameter.builder()
                        .setName("weight" + i)
                        .setType(Parameter.Type.WEIGHT)
                        .optShape(layout.shape)
                        .build()));
            }
        }

        @Override
        protected NDList forwardInternal(
                ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
            NDArray input = inputs.singletonOrThrow();
            NDArray sum = input.sum();
            for (Parameter weight : weights) {
                NDArray value = store.getValue(weight, input.getDevice(), training);
                sum = sum.add(input.mul(value).sum());
            }
            return new NDList(sum);
        }

        @Override
        public Shape[] getOutputShapes(Shape[] inputShapes) {
            return new Shape[] {new Shape()};
        }
    }
}
