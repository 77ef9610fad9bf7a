package org.vivace.methods;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.vivace.contract.SmallTraining;
import org.vivace.contract.Weights;
import org.vivace.methods.MixedPrecision.LossScale;
import org.vivace.methods.ProgressiveResizing.Mode;
import org.vivace.models.ResNet9;
import org.vivace.models.TokenLoss;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.Schedule;
import org.vivace.train.Training;
import org.vivace.train.TrainingRecord;

/** A run with methods that was stopped in the middle of an epoch and resumed is bit-equal to the one that was not. */
@Tag("slow")
class ResumeMethodsTest {

    private static final int STEPS = 11; // of 4 an epoch

    @TempDir
    private Path folder;

    private record Workload(Supplier<Block> block, Shape input, Function<NDManager, ArrayDataset> data, Loss loss) {}

    private record Outcome(Weights weights, List<Double> losses) {}

    private static final Workload TEXT =
            new Workload(() -> SmallTraining.gpt(0.3), new Shape(4, 16), ResumeMethodsTest::text, new TokenLoss());
    private static final Workload IMAGES = new Workload(
            () -> new ResNet9(new ResNet9.Settings(2, 3, 3)),
            new Shape(4, 3, 8, 8),
            manager -> images(manager, 8),
            new TokenLoss());
    private static final Workload LARGER_IMAGES =
            new Workload(IMAGES.block(), new Shape(4, 3, 16, 16), manager -> images(manager, 16), new TokenLoss());

    private static ArrayDataset text(NDManager manager) {
        NDArray ids = manager.arange(16 * 16)
                .mul(3)
                .mod(16)
                .toType(DataType.INT64, false)
                .reshape(16, 16);
        return dataset(ids, ids);
    }

    private static ArrayDataset images(NDManager manager, int side) {
        Shape shape = new Shape(16, 3, side, side);
        NDArray pixels = manager.arange((float) shape.size()).mul(0.37f).sin().reshape(shape);
        return dataset(pixels, manager.arange(16).mod(3).toType(DataType.INT64, false));
    }

    private static ArrayDataset dataset(NDArray data, NDArray labels) {
        return new ArrayDataset.Builder()
                .setData(data)
                .optLabels(labels)
                .setSampling(4, true)
                .build();
    }

    static Stream<Arguments> recipes() {
        Function<Tracker, Optimizer> adam =
                rate -> Optimizer.adam().optLearningRateTracker(rate).build();
        Function<Tracker, Optimizer> sgd = rate ->
                Optimizer.sgd().setLearningRateTracker(rate).optMomentum(0.9f).build();
        // A scale that grows within the run and a first one that fp16 cannot take, so that steps are skipped too.
        MixedPrecision fp16 = MixedPrecision.fp16(new LossScale(1L << 30, 2, 0.125, 2));
        return Stream.of(
                Arguments.of(TEXT, adam, List.of(new FusedAdamW())),
                Arguments.of(TEXT, sgd, List.of(new FusedSgd().withMaxNorm(0.5))),
                Arguments.of(TEXT, adam, List.of(new Muon())),
                Arguments.of(IMAGES, sgd, List.of(MixedPrecision.bf16(), new ChannelsLast(), Muon.of(0.1))),
                Arguments.of(TEXT, adam, List.of(fp16)),
                Arguments.of(TEXT, adam, List.of(new ActivationCheckpointing())),
                Arguments.of(
                        TEXT,
                        adam,
                        List.of(
                                fp16,
                                ActivationCheckpointing.every(2),
                                new FusedAdamW(),
                                SequenceLengthWarmup.over(0.6))),
                Arguments.of(
                        IMAGES,
                        sgd,
                        List.of(
                                MixedPrecision.bf16(),
                                new ChannelsLast(),
                                new ActivationCheckpointing(),
                                new FusedSgd())),
                Arguments.of(LARGER_IMAGES, sgd, growing(Mode.RESIZE)),
                Arguments.of(LARGER_IMAGES, sgd, growing(Mode.CROP)));
    }

    /** Steps 4 to 8 are those in which the images grow. */
    private static List<EfficiencyMethod> growing(Mode mode) {
        return List.of(new ProgressiveResizing(0.5, 0.3, 0.2, 4, mode), new LabelSmoothing(), new PatchWhitening());
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void isBitEqual(Workload workload, Function<Tracker, Optimizer> optimizer, List<EfficiencyMethod> recipe)
            throws Exception {
        Outcome whole = process(workload, optimizer, recipe, folder.resolve("whole"), -1);
        for (long stop : new long[] {1, 5}) {
            process(workload, optimizer, recipe, folder.resolve("parts"), stop);
        }
        Outcome parts = process(workload, optimizer, recipe, folder.resolve("parts"), -1);

        assertThat(whole.losses()).hasSize(STEPS);
        assertThat(parts).isEqualTo(whole);
    }

    private static Outcome process(
            Workload workload,
            Function<Tracker, Optimizer> optimizer,
            List<EfficiencyMethod> recipe,
            Path folder,
            long interruptAfter)
            throws Exception {
        try (Model model = SmallTraining.model(workload.block().get())) {
            TrainingRecord record = Training.of(model)
                    .input(workload.input())
                    .loss(workload.loss())
                    .optimizer(optimizer)
                    .learningRate(0.01, Schedule.warmupCosine(0.2, 0.1))
                    .with(recipe)
                    .seed(6)
                    .steps(STEPS)
                    .resume(folder)
                    .onStep(point -> {
                        if (point.step() == interruptAfter) {
                            Thread.currentThread().interrupt();
                        }
                    })
                    .fit(workload.data().apply(model.getNDManager()));
            assertThat(Thread.interrupted()).isEqualTo(record.interrupted());
            return new Outcome(
                    Weights.of(model),
                    record.curve().stream().map(TrainingRecord.Point::loss).toList());
        }
    }
}
