package org.vivace.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the harness itself costs, on the real clock: less than 0.5 % of a step of 50 ms, which is 250 µs. */
@Tag("clock")
class HarnessCostTest {

    private static final int ROUNDS = 500;
    private static final int STEPS = ROUNDS * 2 * 2;
    private static final double ALLOWED_NANOS = 250_000;

    private final int[] reports = {0};

    private final PairedTiming plan = PairedTiming.rounds(ROUNDS)
            .warmup(Warmup.of(0))
            .synchronizing(() -> {})
            .reportingTo(at -> reports[0]++);

    private Timings measure() {
        return plan.measure(List.of(new NamedStep("A", () -> {}), new NamedStep("B", () -> {})));
    }

    @Test
    void aStepOfNothingIsTimedAtNextToNothing() {
        double nanos = measure().baseline().stepMillis().median() * 1e6;
        assertThat(nanos).isLessThan(ALLOWED_NANOS / 20);
    }

    @Test
    void clocksReportsAndBookkeepingTogetherCostLittle() {
        double least = IntStream.range(0, 5)
                .mapToDouble(repetition -> {
                    long begin = System.nanoTime();
                    measure();
                    return (double) (System.nanoTime() - begin) / STEPS;
                })
                .min()
                .orElseThrow();
        assertThat(reports[0]).isEqualTo(5 * STEPS);
        assertThat(least).isLessThan(ALLOWED_NANOS / 5);
    }
}
