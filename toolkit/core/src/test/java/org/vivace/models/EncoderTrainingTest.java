package org.vivace.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.optimizer.Adam;
import ai.djl.training.tracker.Tracker;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EncoderTrainingTest extends ModelTest {

    private static final int BATCH = 4;
    private static final int TIME = 12;
    private static final int PADDING = 256;

    @Test
    void gradientsMatchFiniteDifferences() {
        Encoder encoder = new Encoder(new Encoder.Settings(7, 8, 1, 2, 5, 3));
        // A whole text, one with padding, and one of padding alone.
        NDList ids =
                new NDList(manager.create(new long[] {1, 2, 3, 4, 5, 0, 1, 6, 6, 6, 6, 6, 6, 6, 6}, new Shape(3, 5)));
        NDList labels = new NDList(manager.create(new long[] {2, 0, 1}));
        assertGradientsMatchFiniteDifferences(encoder, ids, labels, 7);
        double[] tokens =
                encoder.getParameters().valueAt(0).getArray().getGradient().toDoubleArray();
        assertThat(Arrays.copyOfRange(tokens, 6 * 8, 7 * 8))
                .as("the padding's vector")
                .containsOnly(0);
    }

    @Test
    void learnsWhetherATextHoldsALetter() {
        try (Model model = Model.newInstance("encoder");
                Trainer trainer = trainer(model)) {
            double first = step(trainer, 0);
            assertThat(first).isCloseTo(Math.log(2), within(0.1));
            double last = 0;
            for (int step = 1; step <= 60; step++) {
                last = step(trainer, step);
            }
            assertThat(last).isLessThan(0.3);
        }
    }

    @Test
    void stepsLeaveNoArrayBehind() {
        try (Model model = Model.newInstance("encoder");
                Trainer trainer = trainer(model)) {
            assertStepsLeaveNoArrayBehind(model, trainer, step -> step(trainer, step));
        }
    }

    private static Trainer trainer(Model model) {
        model.setBlock(new Encoder(new Encoder.Settings(257, 32, 2, 2, TIME, 2)));
        Trainer trainer = model.newTrainer(new DefaultTrainingConfig(new TokenLoss())
                .optOptimizer(Adam.builder()
                        .optLearningRateTracker(Tracker.fixed(0.003f))
                        .build()));
        trainer.initialize(new Shape(BATCH, TIME));
        return trainer;
    }

    /** Texts of 6 to 12 letters from b to j, every second one with an a in it; batches differ in length. */
    private static float step(Trainer trainer, long seed) {
        try (NDManager batch = trainer.getManager().newSubManager()) {
            Random random = new Random(seed);
            int time = 10 + random.nextInt(3);
            long[] ids = new long[4 * BATCH * time];
            long[] labels = new long[4 * BATCH];
            Arrays.fill(ids, PADDING);
            for (int row = 0; row < labels.length; row++) {
                int length = 6 + random.nextInt(time - 5);
                for (int i = 0; i < length; i++) {
                    ids[row * time + i] = 'b' + (long) random.nextInt(9);
                }
                labels[row] = row % 2;
                if (labels[row] == 1) {
                    ids[row * time + random.nextInt(length)] = 'a';
                }
            }
            float value;
            try (GradientCollector collector = trainer.newGradientCollector()) {
                NDList data = new NDList(batch.create(ids, new Shape(labels.length, time)));
                NDArray loss = trainer.getLoss().evaluate(new NDList(batch.create(labels)), trainer.forward(data));
                collector.backward(loss);
                value = loss.getFloat();
            }
            trainer.step();
            return value;
        }
    }
}
