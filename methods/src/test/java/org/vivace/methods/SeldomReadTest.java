package org.vivace.methods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.vivace.methods.SkippableUpdates.ADAM;
import static org.vivace.methods.SkippableUpdates.training;
import static org.vivace.methods.SkippableUpdates.weightsAfter;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.vivace.contract.GivenMethod;
import org.vivace.contract.SmallTraining;
import org.vivace.contract.Weights;
import org.vivace.torch.HostTraffic;
import org.vivace.torch.HostTransfer;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.Equivalence;
import org.vivace.train.Hooks;
import org.vivace.train.Kind;
import org.vivace.train.Run;
import org.vivace.train.RunSettings;
import org.vivace.train.Training;
import org.vivace.train.TrainingRecord;

/** Runs that read their losses and gradients once in several steps, as they do on a GPU. */
class SeldomReadTest {

    @ParameterizedTest
    @MethodSource("org.vivace.methods.SkippableUpdates#updates")
    @EnabledIfSystemProperty(named = "os.arch", matches = "amd64|x86_64")
    void noStepWaitsForTheDevice(EfficiencyMethod method, Function<Tracker, Optimizer> optimizer) throws Exception {
        assertThat(waits(100, method, optimizer)).as("read at the end").isEmpty();
        assertThat(waits(4, method, optimizer))
                .as("6 steps, of which the eighth is read")
                .hasSize(1);
        assertThat(waits(1, method, optimizer)).as("each of 6 steps is read").hasSize(6);
    }

    /** What Vivace itself waits for in steps 4 to 9. */
    private static List<HostTransfer> waits(
            int every, EfficiencyMethod method, Function<Tracker, Optimizer> optimizer, EfficiencyMethod... beside)
            throws Exception {
        List<HostTransfer> all = new ArrayList<>();
        try (Model model = SmallTraining.model(SmallTraining.deep());
                HostTraffic traffic = HostTraffic.on(Device.cpu())) {
            GivenMethod counting = GivenMethod.of("Counting", Kind.LOSS, Equivalence.BIT_EQUAL, new Hooks() {
                @Override
                public void onStepped(Run run) {
                    if (run.step() >= 4) {
                        all.addAll(traffic.transfers());
                    }
                    traffic.restart();
                }
            });
            training(model, optimizer, with(counting, method, beside))
                    .readEvery(every)
                    .steps(10)
                    .fit(SmallTraining.points(model.getNDManager(), false));
        }
        return all.stream()
                .filter(each -> each.actor().startsWith("org.vivace."))
                .filter(each -> !onCpuOnly(each))
                .toList();
    }

    private static EfficiencyMethod[] with(
            EfficiencyMethod counting, EfficiencyMethod method, EfficiencyMethod... beside) {
        return Stream.concat(Stream.of(counting, method), Stream.of(beside)).toArray(EfficiencyMethod[]::new);
    }

    /** On the CPU, where nothing waits, clipping looks whether the norm overflows. */
    private static boolean onCpuOnly(HostTransfer each) {
        return each.actor().startsWith("org.vivace.torch.Gradients.clipNorm(");
    }

    @Test
    void theCurveIsWholeAndInOrder() throws Exception {
        List<TrainingRecord.Point> each = curve(1);
        List<TrainingRecord.Point> seldom = curve(4);
        assertThat(seldom)
                .extracting(TrainingRecord.Point::step)
                .containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
        assertThat(seldom.stream().map(TrainingRecord.Point::loss).toList())
                .isEqualTo(each.stream().map(TrainingRecord.Point::loss).toList());
        assertThat(seldom).isSortedAccordingTo((one, other) -> Double.compare(one.seconds(), other.seconds()));
    }

    private static List<TrainingRecord.Point> curve(int every) throws Exception {
        try (Model model = SmallTraining.model(SmallTraining.deep())) {
            return training(model, ADAM, new FusedAdamW())
                    .readEvery(every)
                    .steps(10)
                    .fit(SmallTraining.points(model.getNDManager(), false))
                    .curve();
        }
    }

    @Test
    void aStepThatAMethodDecidesAboutIsRead() throws Exception {
        List<Double> norms = new ArrayList<>();
        List<Integer> known = new ArrayList<>();
        GivenMethod deciding = GivenMethod.of("Deciding", Kind.LOSS, Equivalence.BIT_EQUAL, new Hooks() {
            @Override
            public void onGradients(Run run) {
                try (NDArray one = run.model().getNDManager().ones(new Shape(1))) {
                    run.findings().addForLater(one, read -> norms.add((double) read[0]));
                }
            }

            @Override
            public boolean stepsNow(Run run) {
                known.add(norms.size());
                return true;
            }
        });
        try (Model model = SmallTraining.model(SmallTraining.deep())) {
            training(model, ADAM, new FusedAdamW(), deciding)
                    .readEvery(100)
                    .steps(3)
                    .fit(SmallTraining.points(model.getNDManager(), false));
        }
        assertThat(known).containsExactly(1, 2, 3);
    }

    /** What is not finite need not be wrong, unless it is a gradient or the loss. */
    @Test
    void aReportedValueMayBeInfinite() throws Exception {
        Weights plain = weightsAfter(8, ADAM, new FusedAdamW());
        List<Float> reported = new ArrayList<>();
        GivenMethod reporting = GivenMethod.of("Reporting", Kind.LOSS, Equivalence.BIT_EQUAL, new Hooks() {
            @Override
            public void onGradients(Run run) {
                try (NDArray infinite = run.model().getNDManager().create(new float[] {Float.POSITIVE_INFINITY})) {
                    run.findings().addForLater(infinite, read -> reported.add(read[0]));
                }
            }
        });
        try (Model model = SmallTraining.model(SmallTraining.deep())) {
            training(model, ADAM, new FusedAdamW(), reporting)
                    .readEvery(3)
                    .steps(8)
                    .fit(SmallTraining.points(model.getNDManager(), false));
            assertThat(Weights.of(model)).isEqualTo(plain);
        }
        assertThat(reported).hasSize(8).containsOnly(Float.POSITIVE_INFINITY);
    }

    @Test
    void labelSmoothingLooksAtTheFirstStepOnly() throws Exception {
        assertThat(waits(100, new FusedAdamW(), ADAM, new LabelSmoothing(0.1))).isEmpty();
    }

    @Test
    void withAListenerEachStepIsReadWhicheverWasSaidLast() throws Exception {
        for (boolean first : new boolean[] {true, false}) {
            List<Long> told = new ArrayList<>();
            List<Integer> then = new ArrayList<>();
            GivenMethod counting = GivenMethod.of("Counting", Kind.LOSS, Equivalence.BIT_EQUAL, new Hooks() {
                @Override
                public void onGradients(Run run) {
                    then.add(told.size());
                }
            });
            try (Model model = SmallTraining.model(SmallTraining.deep())) {
                Training training =
                        training(model, ADAM, new FusedAdamW(), counting).steps(3);
                Training listening = first
                        ? training.onStep(point -> told.add(point.step())).readEvery(16)
                        : training.readEvery(16).onStep(point -> told.add(point.step()));
                listening.fit(SmallTraining.points(model.getNDManager(), false));
            }
            assertThat(then).containsExactly(0, 1, 2);
        }
    }

    @Test
    void readingEveryNoStepsIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RunSettings.none().readEvery(0))
                .withMessage("expected to read every 1 or more steps, got 0");
    }
}
