package org.vivace.methods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.vivace.contract.GivenMethod;
import org.vivace.contract.SmallTraining;
import org.vivace.methods.SequenceLengthWarmup.Mode;
import org.vivace.methods.SequenceLengthWarmup.Stage;
import org.vivace.models.Gpt;
import org.vivace.models.TokenLoss;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.Run;
import org.vivace.train.RunSettings;
import org.vivace.train.Sample;

class SequenceLengthWarmupTest {

    @AutoClose
    private final NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");

    @Test
    void growsLinearlyInStepsOfTheStepSize() {
        SequenceLengthWarmup method = SequenceLengthWarmup.over(0.3);
        assertThat(method.lengthAt(0, 256)).isEqualTo(8);
        assertThat(method.lengthAt(0.1, 256)).isEqualTo(32); // 8 + 24.8
        assertThat(method.lengthAt(0.5, 256)).isEqualTo(128); // 8 + 124
        assertThat(method.lengthAt(0.999, 256)).isEqualTo(248);
        assertThat(method.lengthAt(1, 256)).isEqualTo(256);
        assertThat(method.lengthAt(7, 256)).isEqualTo(256);
    }

    @Test
    void reachesTheFullLengthThoughItIsNoMultipleOfTheStepSize() {
        SequenceLengthWarmup method = new SequenceLengthWarmup(0.5, 5, 4, Mode.TRUNCATE);
        assertThat(method.lengthAt(0, 11)).isEqualTo(5);
        assertThat(method.lengthAt(0.6, 11)).isEqualTo(8);
        assertThat(method.lengthAt(1, 11)).isEqualTo(11);
    }

    @Test
    void neverDividesByZeroNorLeavesItsBounds() {
        Random random = new Random(1);
        for (int trial = 0; trial < 2000; trial++) {
            int min = 1 + random.nextInt(40);
            int step = 1 + random.nextInt(40);
            long max = 1L + random.nextInt(300);
            long steps = 1L + random.nextInt(trial < 1000 ? 5 : 300);
            double share = (1 + random.nextInt(100)) / 100.0;
            SequenceLengthWarmup method = new SequenceLengthWarmup(share, min, step, Mode.TRUNCATE);
            List<Stage> stages = method.stages(max, steps);
            String what = method.label() + " to " + max + " in " + steps;

            assertThat(stages.stream().mapToLong(Stage::steps).sum()).as(what).isEqualTo(steps);
            assertThat(stages.get(0).length()).as(what).isEqualTo(Math.min(min, max));
            long before = 0;
            for (Stage stage : stages) {
                assertThat(stage.length()).as(what).isGreaterThan(before).isLessThanOrEqualTo(max);
                boolean multiple = stage.length() % step == 0;
                assertThat(multiple || stage.length() == min || stage.length() == max)
                        .as(what)
                        .isTrue();
                before = stage.length();
            }
            long after = steps - (long) Math.ceil(share * steps);
            if (after > 0) {
                Stage last = stages.get(stages.size() - 1);
                assertThat(last.length()).as(what).isEqualTo(max);
                assertThat(last.steps()).as(what).isGreaterThanOrEqualTo(after);
            }
        }
    }

    @Test
    void listsTheLengthsOfARunWithTheirSteps() {
        assertThat(new SequenceLengthWarmup(0.5, 8, 8, Mode.TRUNCATE).stages(32, 12))
                .containsExactly(new Stage(8, 2), new Stage(16, 2), new Stage(24, 2), new Stage(32, 6));
        assertThat(SequenceLengthWarmup.steps(3).stages(32, 10))
                .containsExactly(new Stage(8, 1), new Stage(16, 1), new Stage(24, 1), new Stage(32, 7));
        assertThat(SequenceLengthWarmup.over(0.3).stages(256, 1)).containsExactly(new Stage(8, 1));
        assertThat(SequenceLengthWarmup.over(0.3).stages(5, 9)).containsExactly(new Stage(5, 9));
    }

    @Test
    void truncatesWhatHasTheTimeAxis() {
        NDArray data = manager.arange(8).reshape(2, 4);
        data.setName("ids");
        NDArray features = manager.arange(16).reshape(2, 4, 2);
        NDArray perSequence = manager.create(new float[] {7, 9});
        Sample cut =
                SequenceLengthWarmup.truncate(new Sample(new NDList(data, features), new NDList(data, perSequence)), 2);
        assertThat(cut.data().get(0).toIntArray()).containsExactly(0, 1, 4, 5);
        assertThat(cut.data().get(0).getName()).isEqualTo("ids");
        assertThat(cut.data().get(1).getShape()).isEqualTo(new Shape(2, 2, 2));
        assertThat(cut.data().get(1).toIntArray()).containsExactly(0, 1, 2, 3, 8, 9, 10, 11);
        assertThat(cut.labels().get(0).toIntArray()).containsExactly(0, 1, 4, 5);
        assertThat(cut.labels().get(1)).isSameAs(perSequence);
        assertThat(cut.data().get(0).getManager()).isSameAs(manager);
    }

    @Test
    void segmentsKeepWhatFillsAPiece() {
        NDArray data = manager.arange(10).reshape(2, 5);
        Sample cut = SequenceLengthWarmup.segment(new Sample(new NDList(data), new NDList(data)), 2);
        assertThat(cut.data().head().getShape()).isEqualTo(new Shape(4, 2));
        assertThat(cut.data().head().toIntArray()).containsExactly(0, 1, 2, 3, 5, 6, 7, 8);
        assertThat(cut.labels().head().toIntArray()).containsExactly(0, 1, 2, 3, 5, 6, 7, 8);

        NDArray features = manager.arange(16).reshape(2, 4, 2);
        Sample whole = SequenceLengthWarmup.segment(new Sample(new NDList(features), new NDList()), 2);
        assertThat(whole.data().head().getShape()).isEqualTo(new Shape(4, 2, 2));
        assertThat(whole.data().head().toIntArray()).containsExactly(features.toIntArray());
    }

    @Test
    void kernelsLeaveNothingBehindButTheirResults() {
        NDArray data = manager.arange(10).reshape(2, 5);
        int before = manager.getManagedArrays().size();
        Sample sample = new Sample(new NDList(data), new NDList());
        SequenceLengthWarmup.truncate(sample, 2).data().close();
        SequenceLengthWarmup.segment(sample, 2).data().close();
        assertThat(manager.getManagedArrays()).hasSize(before);
    }

    @Test
    void refusesWhatItCannotCut() {
        Sample images = new Sample(new NDList(manager.zeros(new Shape(4))), new NDList());
        assertThatThrownBy(() -> SequenceLengthWarmup.truncate(images, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("SequenceLengthWarmup found no sequence axis: expected data of shape (batch, time, …), got"
                        + " (4): drop the method or give it sequences");
        assertThatThrownBy(() -> SequenceLengthWarmup.truncate(new Sample(new NDList(), new NDList()), 1))
                .hasMessage("SequenceLengthWarmup found no sequence axis: expected data of shape (batch, time, …), got"
                        + " none: drop the method or give it sequences");
        NDArray data = manager.zeros(new Shape(2, 4));
        Sample classes = new Sample(new NDList(data), new NDList(manager.zeros(new Shape(2))));
        assertThatThrownBy(() -> SequenceLengthWarmup.segment(classes, 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("SequenceLengthWarmup: expected labels of shape (batch, 4, …), one entry for each position,"
                        + " to cut them into segments, got (2): use the mode TRUNCATE");
        assertThatThrownBy(() -> SequenceLengthWarmup.truncate(classes, 5))
                .hasMessage("SequenceLengthWarmup: expected a length from 1 to 4 (the sequences' own), got 5");
        assertThatThrownBy(() -> SequenceLengthWarmup.segment(classes, 0))
                .hasMessage("SequenceLengthWarmup: expected a length from 1 to 4 (the sequences' own), got 0");
    }

    @Test
    void refusesSettingsOutOfRange() {
        assertThatThrownBy(() -> SequenceLengthWarmup.over(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("SequenceLengthWarmup: expected a share of the run in (0, 1], got 0.0: omit the method"
                        + " for none");
        assertThatThrownBy(() -> SequenceLengthWarmup.over(1.5)).hasMessageContaining("got 1.5");
        assertThatThrownBy(() -> SequenceLengthWarmup.over(Double.NaN)).hasMessageContaining("got NaN");
        assertThatThrownBy(() -> SequenceLengthWarmup.steps(0))
                .hasMessage("SequenceLengthWarmup: expected a number of steps of at least 1, got 0");
        assertThatThrownBy(() -> new SequenceLengthWarmup(0.3, 0, 8, Mode.TRUNCATE))
                .hasMessage("SequenceLengthWarmup: expected a minimum length of at least 1, got 0");
        assertThatThrownBy(() -> new SequenceLengthWarmup(0.3, 8, -1, Mode.TRUNCATE))
                .hasMessage("SequenceLengthWarmup: expected a step size of at least 1, got -1");
    }

    @Test
    void refusesARunThatItDoesNotFit() {
        try (Model model = SmallTraining.model(SmallTraining.gpt(0))) {
            assertThatThrownBy(() -> Run.of(model, RunSettings.none(), SequenceLengthWarmup.over(0.3)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("SequenceLengthWarmup: expected a run of known length for a share of it, got one"
                            + " without: give RunSettings.steps(n), or use SequenceLengthWarmup.steps(n)");
            assertThatThrownBy(() -> Run.of(model, RunSettings.none().steps(10), SequenceLengthWarmup.steps(11)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "SequenceLengthWarmup: expected a warm-up within the run's 10 steps, got 11: shorten it,"
                                    + " or use SequenceLengthWarmup.over(share)");
            Run.of(model, RunSettings.none(), SequenceLengthWarmup.steps(11)).close();
        }
    }

    @Test
    void labelsTellWhatDiffersFromTheDefault() {
        assertThat(new SequenceLengthWarmup().label()).isEqualTo("SequenceLengthWarmup(0.3)");
        assertThat(SequenceLengthWarmup.steps(300).label()).isEqualTo("SequenceLengthWarmup(300 steps)");
        assertThat(new SequenceLengthWarmup(0.5, 16, 1, Mode.SEGMENT).label())
                .isEqualTo("SequenceLengthWarmup(0.5, min 16, step 1, segment)");
        assertThat(new SequenceLengthWarmup()).isEqualTo(SequenceLengthWarmup.over(0.3));
    }

    @Test
    void aMinimumOfTheFullLengthChangesNothing() {
        EfficiencyMethod neutral = new SequenceLengthWarmup(0.3, 16, 8, Mode.TRUNCATE);
        SmallTraining.Result with = SmallTraining.train(SmallTraining.gpt(0.1), SmallTraining::tokens, neutral);
        assertThat(with.weights())
                .isEqualTo(SmallTraining.train(SmallTraining.gpt(0.1), SmallTraining::tokens)
                        .weights());
        assertThat(with.log())
                .containsExactly("SequenceLengthWarmup: sequences of length 16 are not longer than the minimum length"
                        + " 16, so none is cut");
    }

    @Test
    void trainsOnWhatItCutInDjlsLoop() {
        for (Mode mode : Mode.values()) {
            List<Shape> seen = new ArrayList<>();
            EfficiencyMethod watch = GivenMethod.watching(sample -> {
                seen.add(sample.data().head().getShape());
                assertThat(sample.labels().getShapes()).isEqualTo(sample.data().getShapes());
            });
            EfficiencyMethod method = new SequenceLengthWarmup(1, 4, 4, mode);
            SmallTraining.Result first =
                    SmallTraining.train(SmallTraining.gpt(0), SmallTraining::tokens, method, watch);
            long rows = mode == Mode.TRUNCATE ? 1 : 4;
            // The pre-flight sees the shortest and the full length, then come the steps: 4 + {0, 3, 6, 9}.
            assertThat(seen)
                    .containsExactly(
                            new Shape(4 * rows, 4),
                            new Shape(4, 16),
                            new Shape(4 * rows, 4),
                            new Shape(4 * rows, 4),
                            new Shape(4L * (mode == Mode.TRUNCATE ? 1 : 2), 8),
                            new Shape(4, 12));
            assertThat(first.arraysLeft()).isZero();
            SmallTraining.Result second = SmallTraining.train(SmallTraining.gpt(0), SmallTraining::tokens, method);
            assertThat(second.weights()).isEqualTo(first.weights());
        }
    }

    @Test
    void worksUnderMixedPrecisionWithTheOthers() {
        SmallTraining.Result outcome = SmallTraining.train(
                SmallTraining.gpt(0.1),
                SmallTraining::tokens,
                MixedPrecision.bf16(),
                new FusedAttention(),
                new LowPrecisionLayerNorm(),
                new SequenceLengthWarmup(0.5, 4, 1, Mode.TRUNCATE));
        assertThat(outcome.weights()).doesNotContain(Float.NaN);
        assertThat(outcome.arraysLeft()).isZero();
    }

    @Test
    void thePreFlightFindsAModelThatIsTooShortForTheData() {
        Function<NDManager, Sample> longer = each -> {
            Shape shape = new Shape(4, 32);
            return new Sample(
                    new NDList(each.zeros(shape, DataType.INT64)), new NDList(each.zeros(shape, DataType.INT64)));
        };
        Gpt gpt = SmallTraining.gpt(0);
        try (Model model = SmallTraining.model(gpt)) {
            gpt.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(4, 16));
            RunSettings settings = RunSettings.none().steps(1000);
            try (Run run = Run.of(model, settings, new SequenceLengthWarmup());
                    NDManager batch = model.getNDManager().newSubManager()) {
                Sample sample = longer.apply(batch);
                ParameterStore store = new ParameterStore(model.getNDManager(), false);
                assertThatThrownBy(() ->
                                run.step(sample, data -> gpt.forward(store, data, true), new TokenLoss(), () -> {}))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessage("the pre-flight of the sequences' full length failed, so the run would have failed"
                                + " there: sequence length must be at most 16 (the model's maximum), got 32: shorten the"
                                + " sequences or raise maxContext");
            }
        }
    }
}
