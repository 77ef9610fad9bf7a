package org.vivace.methods;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.ArrayDataset;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vivace.methods.ProgressiveResizing.Mode;
import org.vivace.models.ResNet9;
import org.vivace.models.TokenLoss;
import org.vivace.train.Training;
import org.vivace.train.TrainingRecord;

/** A run on growing images that was stopped while they grew, and resumed, is bit-equal to the one that was not. */
class ResumeImageMethodsTest {

    private static final int STEPS = 9; // of 4 an epoch

    @TempDir
    private Path folder;

    private record Outcome(int weights, List<Double> losses) {}

    @ParameterizedTest
    @EnumSource
    void isBitEqual(Mode mode) throws Exception {
        Outcome whole = process(mode, folder.resolve("whole"), -1);
        process(mode, folder.resolve("parts"), 2);
        process(mode, folder.resolve("parts"), 5);
        Outcome parts = process(mode, folder.resolve("parts"), -1);
        assertThat(whole.losses()).hasSize(STEPS);
        assertThat(parts).isEqualTo(whole);
    }

    private static Outcome process(Mode mode, Path folder, long interruptAfter) throws Exception {
        try (Model model = TestRuns.model(new ResNet9(new ResNet9.Settings(2, 3, 3)))) {
            TrainingRecord record = Training.of(model)
                    .input(new Shape(4, 3, 16, 16))
                    .loss(new TokenLoss())
                    .learningRate(0.01)
                    .with(new ProgressiveResizing(0.5, 0.3, 0.2, 4, mode), new LabelSmoothing(), new PatchWhitening())
                    .seed(6)
                    .steps(STEPS)
                    .resume(folder)
                    .onStep(point -> {
                        if (point.step() == interruptAfter) {
                            Thread.currentThread().interrupt();
                        }
                    })
                    .fit(data(model));
            assertThat(Thread.interrupted()).isEqualTo(record.interrupted());
            return new Outcome(
                    Arrays.hashCode(TestRuns.weights(model)),
                    record.curve().stream().map(TrainingRecord.Point::loss).toList());
        }
    }

    private static ArrayDataset data(Model model) {
        NDArray pixels =
                model.getNDManager().arange(16f * 3 * 16 * 16).mul(0.37f).sin().reshape(16, 3, 16, 16);
        return new ArrayDataset.Builder()
                .setData(pixels)
                .optLabels(model.getNDManager().arange(16).mod(3).toType(DataType.INT64, false))
                .setSampling(4, true)
                .build();
    }
}
