package org.vivace.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

class WarmupTest {

    private static final Machine MACHINE = SampleRecord.machine();

    /** Two steps of 10 ms; that of B costs so many times as much at its n-th run, counted from 0. */
    private static Timings measure(PairedTiming plan, FakeMachine machine, IntToDoubleFunction factor) {
        int[] run = {0};
        NamedStep b = new NamedStep("B", () -> machine.run("B", 10 * factor.applyAsDouble(run[0]++)));
        return plan.measure(List.of(machine.step("A", 10), b));
    }

    private static Timings measure(int rounds, IntToDoubleFunction factor) {
        FakeMachine machine = new FakeMachine(1, 0, 0);
        return measure(machine.timing(rounds), machine, factor);
    }

    @Test
    void theFirstRoundIsAlwaysDropped() {
        Timings timings = measure(5, run -> 1);
        assertThat(timings.warmupRounds()).isEqualTo(1);
        assertThat(timings.rounds()).isEqualTo(5);
        assertThat(timings.steady()).isTrue();
    }

    @Test
    void roundsAreDroppedUntilTheStepTimeFallsNoMore() {
        // Two runs a round: the first three rounds are slow, twice and then by a half.
        Timings timings = measure(5, run -> run < 4 ? 2 : run < 6 ? 1.5 : 1);
        assertThat(timings.warmupRounds()).isEqualTo(3);
        assertThat(timings.rounds()).isEqualTo(5);
        assertThat(timings.of("B").nanos()).allMatch(round -> round.equals(List.of(10_000_000L, 10_000_000L)));
        assertThat(timings.steady()).isTrue();
    }

    @Test
    void aBurstIsNoWarmUpAndNeitherIsAMachineThatGrowsHot() {
        assertThat(measure(5, run -> run == 2 ? 5 : 1).warmupRounds()).isEqualTo(1);
        assertThat(measure(5, run -> 1 + run / 10.0).warmupRounds()).isEqualTo(1);
    }

    @Test
    void whatFallsForeverIsCappedAndSaid() {
        Timings timings = measure(4, run -> Math.pow(0.9, run));
        assertThat(timings.warmupRounds()).isEqualTo(10);
        assertThat(timings.rounds()).isEqualTo(4);
        assertThat(timings.steady()).isFalse();
        assertThat(BenchRecord.of("c", "w", MACHINE, timings, List::of).notes())
                .containsExactly("the step time was still falling when the warm-up ended after 10 rounds, so it may be"
                        + " told too long here: give the measurement more time");
        assertThat(new Timings(timings.variants(), timings.again(), false, 1, false).warning())
                .get()
                .asString()
                .contains(" after 1 round, so ");
    }

    @Test
    void halfOfTheTimeIsNotSpentOnWarmingUp() {
        FakeMachine machine = new FakeMachine(1, 0, 0);
        PairedTiming plan = machine.timing(1000).within(Duration.ofMillis(400));
        Timings timings = measure(plan, machine, run -> Math.pow(0.9, run));
        assertThat(timings.steady()).isFalse();
        assertThat(timings.warmupRounds()).isBetween(2, 6);
        assertThat(timings.rounds()).isGreaterThanOrEqualTo(3);
        assertThat(machine.nanoTime()).isLessThanOrEqualTo(400_000_000L);
    }

    @Test
    void restlessnessAloneSeldomLengthensIt() {
        for (RecordedNoise noise : RecordedNoise.all()) {
            double dropped = 0;
            for (int seed = 0; seed < 100; seed++) {
                FakeMachine machine = new FakeMachine(noise.run(seed));
                dropped += measure(machine.timing(5), machine, run -> 1).warmupRounds();
            }
            assertThat(dropped / 100).isLessThan(1.5);
        }
    }

    @Test
    void theVeryFirstStepIsKeptApart() {
        Timings timings = measure(5, run -> run == 0 ? 31 : 1);
        assertThat(timings.of("B").firstStepMillis()).hasValue(310);
        assertThat(timings.baseline().firstStepMillis()).hasValue(10);
        BenchRecord record = BenchRecord.of("c", "w", MACHINE, timings, List::of);
        assertThat(record.variants().get(0).firstStepMillis()).hasValue(310);
        assertThat(record.baseline().firstStepMillis()).hasValue(10);
        assertThat(record.warmupRounds()).hasValue(1);
        assertThat(record.notes()).isEmpty();
    }

    @Test
    void anInterruptBeforeTheSteadyStateKeepsWhatFollowsTheRoundsDroppedByThen() {
        Timings timings = measure(5, run -> {
            if (run == 5) {
                Thread.currentThread().interrupt();
            }
            return 1;
        });
        assertThat(timings.partial()).isTrue();
        assertThat(timings.warmupRounds()).isEqualTo(1);
        assertThat(timings.rounds()).isEqualTo(1);
        assertThat(BenchRecord.of("c", "w", MACHINE, timings, List::of).notes()).isEmpty();
    }

    @Test
    void aFixedNumberIsTakenAtItsWord() {
        FakeMachine machine = new FakeMachine(1, 0, 0);
        Timings timings = measure(machine.timing(4).warmup(Warmup.of(2)), machine, run -> Math.pow(0.9, run));
        assertThat(timings.warmupRounds()).isEqualTo(2);
        assertThat(timings.steady()).isTrue();
    }

    @Test
    void refusesNumbersOutOfRange() {
        assertThatThrownBy(() -> Warmup.of(-1))
                .hasMessage("warm-up rounds must be 0 or more, got -1: 0 times the first steps too");
        assertThatThrownBy(() -> new Warmup(3, 2))
                .hasMessage("the most warm-up rounds must be at least the least, 3, got 2: raise the most or lower the"
                        + " least");
    }
}
