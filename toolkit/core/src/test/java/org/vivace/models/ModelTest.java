package org.vivace.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.training.Trainer;
import ai.djl.training.initializer.NormalInitializer;
import java.util.Locale;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A manager and a seed for each test, and what every model of this package must hold. */
class ModelTest {

    final NDManager manager = NDManager.newBaseManager();

    @BeforeEach
    void seed() {
        Engine.getInstance().setRandomSeed(1);
    }

    @AfterEach
    void close() {
        manager.close();
    }

    /**
     * Compares the gradients of {@link TokenLoss} with central differences.
     *
     * @param block without weights; gets FLOAT64 ones
     * @param ofEach about how many elements of each parameter to look at
     */
    void assertGradientsMatchFiniteDifferences(Block block, NDList ids, NDList labels, int ofEach) {
        block.setInitializer(new NormalInitializer(0.4f), parameter -> true);
        block.initialize(manager, DataType.FLOAT64, ids.head().getShape());
        ParameterStore store = new ParameterStore(manager, false);
        TokenLoss loss = new TokenLoss();
        try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
            collector.backward(loss.evaluate(labels, block.forward(store, ids, labels, null)));
        }
        for (var pair : block.getParameters()) {
            NDArray array = pair.getValue().getArray();
            double[] values = array.toDoubleArray();
            double[] gradient = array.getGradient().toDoubleArray();
            for (int i = 0; i < values.length; i += Math.max(1, values.length / ofEach)) {
                double[] losses = new double[2];
                for (int side = 0; side < 2; side++) {
                    double[] moved = values.clone();
                    moved[i] += side == 0 ? 1e-5 : -1e-5;
                    array.set(moved);
                    losses[side] = loss.evaluate(labels, block.forward(store, ids, false))
                            .getDouble();
                }
                array.set(values);
                assertThat(gradient[i])
                        .as("%s[%d]", pair.getKey(), i)
                        .isCloseTo((losses[0] - losses[1]) / 2e-5, within(1e-8));
            }
        }
    }

    /** @param step makes the step of the given number */
    static void assertStepsLeaveNoArrayBehind(Model model, Trainer trainer, LongConsumer step) {
        step.accept(0);
        int models = model.getNDManager().getManagedArrays().size();
        int trainers = trainer.getManager().getManagedArrays().size();
        step.accept(1);
        step.accept(2);
        assertThat(model.getNDManager().getManagedArrays()).hasSize(models);
        assertThat(trainer.getManager().getManagedArrays()).hasSize(trainers);
    }

    /** Of two layers: weights of deviation 0.02, half of it where they lead into the residual stream. */
    static void assertStartsFromGpt2sDistribution(Block block) {
        for (var pair : block.getParameters()) {
            NDArray array = pair.getValue().getArray();
            if (pair.getValue().getType() == Parameter.Type.WEIGHT) {
                String path = pair.getKey().toLowerCase(Locale.ROOT);
                boolean feedsResidual = path.contains("projection") || path.contains("feedforward_03linear");
                double expected = feedsResidual ? 0.01 : 0.02;
                double deviation = Math.sqrt(array.square().mean().getFloat());
                assertThat(deviation).as(pair.getKey()).isCloseTo(expected, within(0.03 * expected));
            } else {
                float value = pair.getValue().getType() == Parameter.Type.GAMMA ? 1 : 0;
                assertThat(array.toFloatArray()).as(pair.getKey()).containsOnly(value);
            }
        }
    }

    /** The number of values that training changes. */
    static long trainedValues(Block block) {
        return block.getParameters().values().stream()
                .filter(Parameter::requiresGradient)
                .mapToLong(parameter -> parameter.getArray().size())
                .sum();
    }
}
