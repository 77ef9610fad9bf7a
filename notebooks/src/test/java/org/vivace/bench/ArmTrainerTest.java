package org.vivace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.loss.Loss;
import org.junit.jupiter.api.Test;
import org.vivace.models.Encoder;
import org.vivace.train.EfficiencyMethod;
import org.vivace.workloads.Classify;
import org.vivace.workloads.Vision;

/** Both sides of a comparison start from the same weights, and learn. */
class ArmTrainerTest {

    @Test
    void theLossOfBothSidesOfVisionStartsTheSameAndFalls() {
        startsTheSameAndFalls(new Vision(4, 2, "glyphs", 20));
    }

    /** On texts that four batches tell all of. */
    @Test
    void theLossOfBothSidesOfClassifyStartsTheSameAndFalls() {
        Classify classify = new Classify(16, 1, 2, 2, 10, "wordnet", 3);
        Loss loss = classify.loss();
        startsTheSameAndFalls(Workload.of(
                        "letters",
                        () -> new Encoder(new Encoder.Settings(257, 16, 1, 2, 10, 2)),
                        new Shape(2, 10),
                        loss,
                        classify::optimizer,
                        Tiny.texts(2, 4, 20, 4).longest(10).batch(2).shuffled())
                .learningRate(classify.learningRate())
                .recipe(classify.recipe().toArray(EfficiencyMethod[]::new)));
    }

    private static void startsTheSameAndFalls(Workload workload) {
        assertThat(workload.recipe()).isNotEmpty();
        try (ArmTrainer plain = ArmTrainer.withBatches(workload, Device.cpu(), Arm.PLAIN);
                ArmTrainer with = ArmTrainer.withBatches(workload, Device.cpu(), Arm.of(workload.recipe()))) {
            double first = plain.step();
            assertThat(with.step()).isBetween(first - 0.05, first + 0.05);
            for (int i = 0; i < 30; i++) {
                plain.step();
                with.step();
            }
            assertThat(plain.step()).isLessThan(first);
            assertThat(with.step()).isLessThan(first);
        }
    }
}
