package org.vivace.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whether verdicts are to be believed on a machine as restless as real ones are. */
class TrustTest {

    private static final int COMPARISONS = 200;

    /** Of every 100, what a 95 % interval may get wrong and a little for chance. */
    private static final int ALLOWED = 7 * COMPARISONS / 100;

    private static final DoubleUnaryOperator NO_DRIFT = share -> 1;
    private static final DoubleUnaryOperator LINEAR = share -> 1 + 0.3 * share;
    private static final DoubleUnaryOperator SUDDEN = share -> share < 0.5 ? 1 : 1.3;

    static List<RecordedNoise> recordings() {
        return RecordedNoise.all();
    }

    @ParameterizedTest
    @MethodSource("recordings")
    void aThingComparedWithItselfIsSeldomToldApart(RecordedNoise noise) {
        for (int rounds : new int[] {3, 10, 25}) {
            assertThat(toldApart(noise, rounds, NO_DRIFT))
                    .as("of 200, in %d rounds", rounds)
                    .isLessThanOrEqualTo(ALLOWED);
        }
    }

    @ParameterizedTest
    @MethodSource("recordings")
    void threePercentAreFoundInEightySteps(RecordedNoise noise) {
        long found = IntStream.range(0, COMPARISONS)
                .filter(seed -> interleaved(noise.run(seed), 40, 10, 10 / 1.03, NO_DRIFT) == Verdict.FASTER)
                .count();
        assertThat(found).as("of 200").isGreaterThanOrEqualTo(9 * COMPARISONS / 10);
    }

    @ParameterizedTest
    @MethodSource("recordings")
    void aMachineThatSlowsDownFakesNoVerdict(RecordedNoise noise) {
        for (int rounds : new int[] {3, 10, 25}) {
            assertThat(toldApart(noise, rounds, LINEAR))
                    .as("slower bit by bit, %d rounds", rounds)
                    .isLessThanOrEqualTo(ALLOWED);
            assertThat(toldApart(noise, rounds, SUDDEN))
                    .as("slower at once, %d rounds", rounds)
                    .isLessThanOrEqualTo(ALLOWED);
        }
    }

    /** That the checks above can fail: what most benchmarks do, one after the other, falls for a drifting machine. */
    @ParameterizedTest
    @MethodSource("recordings")
    void timedOneAfterTheOtherTheSameDriftDoesFakeThem(RecordedNoise noise) {
        for (DoubleUnaryOperator drift : List.of(LINEAR, SUDDEN)) {
            long told = IntStream.range(0, 50)
                    .filter(seed -> sequential(noise.run(seed), 25, drift) == Verdict.SLOWER)
                    .count();
            assertThat(told).as("of 50").isGreaterThan(45);
        }
    }

    private static long toldApart(RecordedNoise noise, int rounds, DoubleUnaryOperator drift) {
        return IntStream.range(0, COMPARISONS)
                .filter(seed ->
                        interleaved(noise.run(1000 + seed), rounds, 10, 10, drift) != Verdict.NOT_DISTINGUISHABLE)
                .count();
    }

    /** The verdict on B, beside the baseline timed again, and a variant three times as fast. */
    private static Verdict interleaved(
            DoubleSupplier noise, int rounds, double millisA, double millisB, DoubleUnaryOperator drift) {
        FakeMachine machine = new FakeMachine(drifting(noise, drift, (rounds + 1) * 8));
        return machine.timing(rounds)
                .withBaselineAgain()
                .measure(List.of(machine.step("A", millisA), machine.step("B", millisB), machine.step("C", 3)))
                .verdict("B");
    }

    private static Verdict sequential(DoubleSupplier noise, int rounds, DoubleUnaryOperator drift) {
        FakeMachine machine = new FakeMachine(drifting(noise, drift, rounds * 4));
        Samples first = alone(machine, "A", rounds);
        return Verdict.of(alone(machine, "B", rounds).speedupOver(first));
    }

    private static Samples alone(FakeMachine machine, String name, int rounds) {
        List<List<Long>> nanos = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            List<Long> steps = new ArrayList<>();
            for (int step = 0; step < 2; step++) {
                long begin = machine.nanoTime();
                machine.run(name, 10);
                steps.add(machine.nanoTime() - begin);
            }
            nanos.add(steps);
        }
        return new Samples(name, nanos);
    }

    private static DoubleSupplier drifting(DoubleSupplier noise, DoubleUnaryOperator drift, int steps) {
        int[] step = {0};
        return () -> noise.getAsDouble() * drift.applyAsDouble(Math.min(1, (double) step[0]++ / steps));
    }
}
