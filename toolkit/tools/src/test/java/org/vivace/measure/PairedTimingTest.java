package org.vivace.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PairedTimingTest {

    @Test
    void aRoundGoesThereAndBackAndTheNextStartsOneFurther() {
        FakeMachine machine = new FakeMachine(1, 0, 0);
        List<NamedStep> steps = List.of(machine.step("A", 1), machine.step("B", 1), machine.step("C", 1));
        machine.timing(3).warmup(Warmup.of(0)).measure(steps);
        assertThat(String.join("", machine.ran)).isEqualTo("ABCCBA" + "BCAACB" + "CABBAC");
    }

    @Test
    void aTurnIsSeveralStepsAndWarmUpIsThrownAway() {
        FakeMachine machine = new FakeMachine(1, 0, 0);
        List<NamedStep> steps = List.of(machine.step("A", 3), machine.step("B", 1));
        Timings timings = machine.timing(3).warmup(Warmup.of(2)).stepsPerTurn(2).measure(steps);
        assertThat(machine.ran).hasSize((2 + 3) * 2 * 2 * 2);
        assertThat(String.join("", machine.ran)).startsWith("AABBBBAA" + "BBAAAABB" + "AABBBBAA");
        assertThat(timings.rounds()).isEqualTo(3);
        assertThat(timings.of("B").nanos())
                .allMatch(round -> round.equals(List.of(1000000L, 1000000L, 1000000L, 1000000L)));
        assertThat(timings.baseline().stepMillis()).isEqualTo(new Interval(3, 3, 3));
    }

    @Test
    void findsTwiceAsFastAndHalfAsFastUnderDrift() {
        FakeMachine machine = new FakeMachine(2, 0.02, 0.01);
        Timings timings = machine.timing(20)
                .measure(List.of(machine.step("base", 10), machine.step("fast", 5), machine.step("slow", 20)));
        assertThat(timings.speedup("fast").median()).isCloseTo(2, within(0.04));
        assertThat(timings.verdict("fast")).isEqualTo(Verdict.FASTER);
        assertThat(timings.speedup("slow").median()).isCloseTo(0.5, within(0.01));
        assertThat(timings.verdict("slow")).isEqualTo(Verdict.SLOWER);
    }

    @Test
    void driftAloneFakesNoVerdict() {
        // Every step makes the machine 0.5 % slower than at first; whoever ran later on the whole would look slower.
        FakeMachine machine = new FakeMachine(5, 0.02, 0.005);
        Timings timings = machine.timing(20)
                .withBaselineAgain()
                .measure(List.of(machine.step("base", 10), machine.step("same", 10)));
        assertThat(timings.verdict("same")).isEqualTo(Verdict.NOT_DISTINGUISHABLE);
        Interval self = timings.again().orElseThrow().speedupOver(timings.baseline());
        assertThat(self.median()).isCloseTo(1, within(0.02));
        assertThat(Verdict.of(self)).isEqualTo(Verdict.NOT_DISTINGUISHABLE);
    }

    @Test
    void anExactDriftWithoutNoiseCancelsWithinARound() {
        // A percent a step; what remains is its square, since ratios and not differences are paired.
        FakeMachine machine = new FakeMachine(5, 0, 0.01);
        Timings timings = machine.timing(4).measure(List.of(machine.step("base", 10), machine.step("same", 10)));
        assertThat(timings.speedup("same").median()).isCloseTo(1, within(1e-4));
    }

    @Test
    void comparingAThingWithItselfSeldomTellsThemApart() {
        int fooled = 0;
        for (int trial = 0; trial < 200; trial++) {
            FakeMachine machine = new FakeMachine(trial, 0.03, 0.001);
            Timings timings =
                    machine.timing(3 + trial % 15).measure(List.of(machine.step("base", 10), machine.step("same", 10)));
            fooled += timings.verdict("same") == Verdict.NOT_DISTINGUISHABLE ? 0 : 1;
        }
        assertThat(fooled).isLessThanOrEqualTo(14);
    }

    @Test
    void findsThreePercentInFortyRoundsOfThreePercentNoise() {
        FakeMachine machine = new FakeMachine(4, 0.03, 0);
        Timings timings = machine.timing(40)
                .stepsPerTurn(2)
                .measure(List.of(machine.step("base", 10.3), machine.step("faster", 10)));
        assertThat(timings.verdict("faster")).isEqualTo(Verdict.FASTER);
    }

    @Test
    void stopsBeforeTheRoundThatTheBudgetCannotHold() {
        FakeMachine machine = new FakeMachine(1, 0, 0);
        List<NamedStep> steps = List.of(machine.step("A", 50), machine.step("B", 50));
        // A round is 200 ms, the warm-up another: the budget of 1.1 s holds the warm-up and 4 rounds.
        Timings timings = machine.timing(50).within(Duration.ofMillis(1100)).measure(steps);
        assertThat(timings.rounds()).isEqualTo(4);
        assertThat(timings.partial()).isFalse();
        assertThat(machine.nanoTime()).isLessThanOrEqualTo(1_100_000_000L);
    }

    @Test
    void runsThreeRoundsHoweverSmallTheBudget() {
        FakeMachine machine = new FakeMachine(1, 0, 0);
        Timings timings = machine.timing(50)
                .within(Duration.ofMillis(1))
                .measure(List.of(machine.step("A", 50), machine.step("B", 50)));
        assertThat(timings.rounds()).isEqualTo(3);
    }

    @Test
    void anInterruptKeepsTheWholeRoundsAndIsUsedUp() {
        FakeMachine machine = new FakeMachine(1, 0, 0);
        NamedStep nagging = new NamedStep("B", () -> {
            machine.run("B", 5);
            if (machine.ran.size() == 2 * 4 + 2) {
                Thread.currentThread().interrupt();
            }
        });
        Timings timings = machine.timing(50).warmup(Warmup.of(0)).measure(List.of(machine.step("A", 10), nagging));
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        assertThat(timings.partial()).isTrue();
        assertThat(timings.rounds()).isEqualTo(2);
        assertThat(timings.speedup("B").median()).isCloseTo(2, within(1e-9));
    }

    @Test
    void aStepThatWaitsWhenInterruptedEndsTheMeasurementToo() {
        FakeMachine machine = new FakeMachine(1, 0, 0);
        NamedStep waiting = new NamedStep("B", () -> {
            throw new InterruptedException();
        });
        Timings timings = machine.timing(3).measure(List.of(machine.step("A", 10), waiting));
        assertThat(timings.partial()).isTrue();
        assertThat(timings.rounds()).isZero();
        assertThat(timings.speedup("B")).isEqualTo(Interval.NONE);
        assertThat(timings.verdict("B")).isEqualTo(Verdict.NOT_TIMED);
    }

    @Test
    void waitsForTheDeviceBeforeEachReadingOfTheClock() {
        FakeMachine machine = new FakeMachine(1, 0, 0);
        // The step only queues work; waiting for the device is what takes the time.
        NamedStep queued = new NamedStep("B", () -> machine.ran.add("B"));
        Timings timings = machine.timing(3)
                .synchronizing(() -> {
                    boolean pending = !machine.ran.isEmpty()
                            && machine.ran.get(machine.ran.size() - 1).equals("B");
                    machine.run("sync", pending ? 7 : 0);
                })
                .measure(List.of(machine.step("A", 14), queued));
        assertThat(timings.of("B").stepMillis().median()).isEqualTo(7);
    }

    @Test
    void reportsProgressUpToTheWhole() {
        FakeMachine machine = new FakeMachine(1, 0, 0);
        List<Progress> reports = new ArrayList<>();
        machine.timing(4).reportingTo(reports::add).measure(List.of(machine.step("A", 10), machine.step("B", 10)));
        assertThat(reports).hasSize((1 + 4) * 4).isSortedAccordingTo((a, b) -> Double.compare(a.share(), b.share()));
        assertThat(reports.get(0)).isEqualTo(new Progress("warm-up", "A", 1 / 20.0, Duration.ofMillis(190)));
        assertThat(reports.get(19)).isEqualTo(new Progress("timing", "A", 1, Duration.ZERO));
    }

    @Test
    void aFailingStepIsNamedWithItsRound() {
        FakeMachine machine = new FakeMachine(1, 0, 0);
        NamedStep broken = new NamedStep("FusedAdamW", () -> {
            throw new IllegalArgumentException("no gradient");
        });
        assertThatThrownBy(() -> machine.timing(3).measure(List.of(machine.step("A", 1), broken)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("FusedAdamW failed in warm-up round 1, which ends the measurement without a result:"
                        + " java.lang.IllegalArgumentException: no gradient");
    }

    @Test
    void refusesWhatCannotBeCompared() {
        FakeMachine machine = new FakeMachine(1, 0, 0);
        NamedStep a = machine.step("A", 1);
        assertThatThrownBy(() -> machine.timing(3).measure(List.of(a)))
                .hasMessage("a comparison must have at least 2 variants, got 1:"
                        + " give the baseline first and then what is compared with it");
        assertThatThrownBy(() -> machine.timing(3).measure(List.of(a, a)))
                .hasMessage("every variant must have its own name, got A twice:"
                        + " rename or drop one (baseline again is taken)");
        assertThatThrownBy(() -> machine.step(" ", 1))
                .hasMessage("a timed step must have a name, got a blank one: name its methods");
    }

    @Test
    void refusesSettingsOutOfRange() {
        assertThatThrownBy(() -> PairedTiming.rounds(0))
                .hasMessage("rounds must be at least 3, got 0: ask for more, an interval needs them");
        PairedTiming timing = PairedTiming.rounds(3);
        assertThatThrownBy(() -> timing.stepsPerTurn(0))
                .hasMessage("steps per turn must be at least 1, got 0: 1 suits steps of a second");
        assertThatThrownBy(() -> timing.within(Duration.ZERO))
                .hasMessage("the time budget must be above zero, got PT0S: give for instance 60 seconds");
    }

    @Test
    void namesTheVariantsThereAre() {
        FakeMachine machine = new FakeMachine(1, 0, 0);
        Timings timings = machine.timing(3).measure(List.of(machine.step("A", 1), machine.step("B", 1)));
        assertThatThrownBy(() -> timings.of("C"))
                .hasMessage("the variant must be one of [A, B], got C: name one of these");
    }
}
