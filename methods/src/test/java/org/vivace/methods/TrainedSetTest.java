package org.vivace.methods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.ParallelBlock;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.vivace.contract.SmallTraining;
import org.vivace.contract.Weights;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.EfficientTrainer;

/** Parameters frozen and unfrozen in the course of a run, and such as are reached late. */
class TrainedSetTest {

    private static final int STEPS = 9;
    private static final float RATE = 0.01f;

    /** When each of the parameters (two layers' weights and biases) is frozen, given as the two calls of a step between which that is. */
    private interface Plan {
        void at(int step, boolean backwardIsDone, Block model);
    }

    private static final Plan BLOCK_LATE = (step, done, model) -> {
        if (!done && (step == 0 || step == 3)) {
            model.getChildren().valueAt(0).freezeParameters(step == 0);
        }
    };
    private static final Plan PARAMETER_IN_BETWEEN = (step, done, model) -> {
        if (!done && (step == 2 || step == 5)) {
            model.getChildren().valueAt(2).getDirectParameters().get("bias").freeze(step == 2);
        }
    };
    private static final Plan WITH_A_GRADIENT = (step, done, model) -> {
        if (done && step == 2) {
            model.getChildren().valueAt(0).freezeParameters(true);
        } else if (!done && step == 5) {
            model.getChildren().valueAt(0).freezeParameters(false);
        }
    };

    private static Model model(Block block) {
        Engine.getEngine("PyTorch").setRandomSeed(7);
        Model model = Model.newInstance("frozen", Device.cpu(), "PyTorch");
        model.setBlock(block);
        return model;
    }

    private static SequentialBlock layers() {
        return new SequentialBlock()
                .add(Linear.builder().setUnits(16).build())
                .add(Activation.tanhBlock())
                .add(Linear.builder().setUnits(3).build());
    }

    private static DefaultTrainingConfig config(Optimizer optimizer) {
        return new DefaultTrainingConfig(Loss.l2Loss())
                .optDevices(new Device[] {Device.cpu()})
                .optOptimizer(optimizer);
    }

    /** The weights after each step; no method for stock DJL. */
    private static List<float[]> train(Block block, Plan plan, Optimizer optimizer, EfficiencyMethod... methods) {
        List<float[]> weights = new ArrayList<>();
        try (Model model = model(block);
                Trainer trainer = methods.length == 0
                        ? model.newTrainer(config(optimizer))
                        : new EfficientTrainer(model, config(optimizer), methods)) {
            trainer.initialize(new Shape(8, 4));
            for (int step = 0; step < STEPS; step++) {
                plan.at(step, false, model.getBlock());
                backward(trainer, step);
                plan.at(step, true, model.getBlock());
                trainer.step();
                weights.add(Weights.of(model).values());
            }
        }
        return weights;
    }

    private static void backward(Trainer trainer, int step) {
        try (NDManager batch = trainer.getManager().newSubManager();
                GradientCollector collector = trainer.newGradientCollector()) {
            NDArray x = batch.arange(8 * 4f).add(step).sin().reshape(8, 4);
            NDList labels = new NDList(batch.arange(8 * 3f).cos().reshape(8, 3));
            NDList predictions = trainer.forward(new NDList(x), labels);
            collector.backward(trainer.getLoss().evaluate(labels, predictions));
        }
    }

    private static void assertClose(List<float[]> found, List<float[]> expected, double tolerance) {
        for (int step = 0; step < STEPS; step++) {
            assertThat(Weights.farthest(found.get(step), expected.get(step)))
                    .as("step %d", step)
                    .isLessThan(tolerance);
        }
    }

    static Stream<Plan> plans() {
        return Stream.of(BLOCK_LATE, PARAMETER_IN_BETWEEN, WITH_A_GRADIENT);
    }

    private static Optimizer sgd() {
        return SmallTraining.sgd(0.05, 0.9, 0.1);
    }

    @ParameterizedTest
    @MethodSource("plans")
    void fusedSgdIsStock(Plan plan) {
        List<float[]> stock = train(layers(), plan, sgd());

        assertClose(train(layers(), plan, sgd(), new FusedSgd()), stock, 1e-6);
        assertThat(Weights.farthest(stock.get(0), stock.get(STEPS - 1))).isGreaterThan(0.1);
    }

    @ParameterizedTest
    @MethodSource("plans")
    void lossScalingIsStock(Plan plan) {
        List<float[]> stock = train(layers(), plan, sgd());

        // fp16 has 11 bits; a gradient that kept its scale would be off by 65536.
        assertClose(train(layers(), plan, sgd(), MixedPrecision.fp16()), stock, 0.03);
        assertClose(train(layers(), plan, sgd(), new FusedSgd(), MixedPrecision.fp16()), stock, 0.03);
    }

    static Stream<Supplier<Optimizer>> adams() {
        Tracker rate = Tracker.fixed(RATE);
        return Stream.of(
                () -> Optimizer.adam().optLearningRateTracker(rate).build(),
                () -> Optimizer.adam()
                        .optLearningRateTracker(rate)
                        .optWeightDecays(0.1f)
                        .build(),
                () -> Optimizer.adamW()
                        .optLearningRateTracker(rate)
                        .optWeightDecays(0.1f)
                        .build());
    }

    /**
     * Stock Adam corrects the bias of a parameter that lags by the step, or by the step before where a hash of random ids
     * has it updated first; here the order is the model's with the lagging layer last, which is the former.
     */
    @ParameterizedTest
    @MethodSource("adams")
    void fusedAdamIsStock(Supplier<Optimizer> optimizer) {
        for (Plan plan : List.of(BLOCK_LATE, PARAMETER_IN_BETWEEN, WITH_A_GRADIENT)) {
            List<float[]> stock = inOrder(plan, optimizer.get());

            assertClose(train(layers(), plan, optimizer.get(), new FusedAdamW()), stock, 2e-5);
            assertThat(Weights.farthest(stock.get(0), stock.get(STEPS - 1))).isGreaterThan(0.02);
        }
    }

    /** Stock DJL's update of one parameter after the other, those first that have had the most updates. */
    private static List<float[]> inOrder(Plan plan, Optimizer optimizer) {
        List<float[]> weights = new ArrayList<>();
        try (Model model = model(layers());
                Trainer trainer = model.newTrainer(config(optimizer))) {
            trainer.initialize(new Shape(8, 4));
            List<Parameter> parameters = model.getBlock().getParameters().values();
            int[] updates = new int[parameters.size()];
            for (int step = 0; step < STEPS; step++) {
                plan.at(step, false, model.getBlock());
                backward(trainer, step);
                plan.at(step, true, model.getBlock());
                IntStream.range(0, updates.length)
                        .filter(i -> parameters.get(i).requiresGradient())
                        .boxed()
                        .sorted((a, b) -> updates[b] - updates[a])
                        .forEach(i -> {
                            Parameter parameter = parameters.get(i);
                            try (NDArray gradient = parameter.getArray().getGradient();
                                    NDArray copy = gradient.duplicate()) {
                                optimizer.update(parameter.getId(), parameter.getArray(), copy);
                            }
                            updates[i]++;
                        });
                weights.add(Weights.of(model).values());
            }
        }
        return weights;
    }

    private static float[] moved(List<float[]> weights, int from, int length) {
        float[] before = weights.get(0);
        float[] after = weights.get(STEPS - 1);
        float[] moved = new float[length];
        for (int i = 0; i < length; i++) {
            moved[i] = after[from + i] - before[from + i];
        }
        return moved;
    }

    @ParameterizedTest
    @MethodSource("adams")
    void muonMovesWhatWasFrozenAtFirst(Supplier<Optimizer> optimizer) {
        Plan late = (step, done, model) -> {
            if (!done && (step == 0 || step == 3)) {
                model.getChildren().valueAt(1).freezeParameters(step == 0);
            }
        };
        Supplier<SequentialBlock> three = () -> new SequentialBlock()
                .add(Linear.builder().setUnits(4).build())
                .add(Linear.builder().setUnits(4).build())
                .add(Linear.builder().setUnits(3).build());
        List<float[]> weights = train(three.get(), late, optimizer.get(), new Muon());
        List<float[]> never = train(
                three.get(),
                (step, done, model) -> model.getChildren().valueAt(1).freezeParameters(true),
                optimizer.get(),
                new Muon());
        int hidden = 4 * 4 + 4; // the first layer has as many

        assertThat(moved(never, hidden, 20)).containsOnly(0);
        assertThat(weights.get(2)).containsExactly(never.get(2));
        // Six steps, each of the size that Adam's have.
        assertThat(Weights.distance(moved(weights, hidden, 16), new float[16])).isBetween((double) RATE, 24.0 * RATE);
    }

    @Test
    void aWeightReachedLateIsCorrectedByTheRunsStep() {
        BiConsumer<Integer, List<float[]>> check = (places, weights) -> {
            // Alone until the fourth step: its moments are then 0.1·g and 0.001·g², and their correction is the run's.
            double expected =
                    RATE * Math.sqrt(1 - Math.pow(0.999, 4)) / (1 - Math.pow(0.9, 4)) * 0.1 / Math.sqrt(0.001);
            double moved = weights.get(3)[places] - weights.get(2)[places];
            assertThat(Math.abs(moved)).isCloseTo(expected, within(1e-6));
            assertThat(weights.get(2)[places]).isEqualTo(weights.get(0)[places]);
        };
        for (EfficiencyMethod[] methods : new EfficiencyMethod[][] {{}, {new FusedAdamW()}}) {
            int[] step = {0};
            Block late = new ParallelBlock(
                    outputs -> new NDList(outputs.get(step[0] < 3 ? 0 : 1).head()),
                    List.of(
                            Linear.builder().setUnits(3).build(),
                            Linear.builder().setUnits(3).build()));
            Optimizer adam =
                    Optimizer.adam().optLearningRateTracker(Tracker.fixed(RATE)).build();
            Plan count = (now, done, model) -> step[0] = now;
            check.accept(3 * 4 + 3, train(late, count, adam, methods));
        }
    }

    @Test
    void aStepWithoutABackwardPassIsRefused() {
        try (Model model = model(layers());
                EfficientTrainer trainer =
                        new EfficientTrainer(model, config(Optimizer.adam().build()), new FusedAdamW())) {
            trainer.initialize(new Shape(8, 4));
            assertThatIllegalStateException()
                    .isThrownBy(trainer::step)
                    .withMessage("expected a backward pass before the first step, got no gradient: call backward on the"
                            + " loss, within a gradient collector");
        }
    }
}
