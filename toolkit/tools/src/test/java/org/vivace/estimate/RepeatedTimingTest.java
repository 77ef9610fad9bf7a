package org.vivace.estimate;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class RepeatedTimingTest {

    private int goes;

    /** As a thread that stands in line for a processor. */
    private static void wait(int millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void compute(int millis) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }

    @Tag("clock")
    @Test
    void thoseWithoutAProcessorAreLeftOut() {
        Supplier<Boolean> everyOther = () -> {
            boolean waits = goes++ % 2 == 0;
            if (waits) {
                wait(5);
            } else {
                compute(1);
            }
            return waits;
        };
        RepeatedTiming<Boolean> seen = RepeatedTiming.timed(Device.cpu(), everyOther);
        assertThat(seen.all()).hasSizeGreaterThanOrEqualTo(4).containsOnly(false);
        assertThat(seen.disturbed()).isFalse();
    }

    @Tag("clock")
    @Test
    void whereThereAreNoOthersTheyAreSaidToBeDisturbed() {
        RepeatedTiming<Integer> seen = RepeatedTiming.timed(Device.cpu(), () -> {
            wait(5);
            return goes++;
        });
        assertThat(seen.all()).hasSize(goes);
        assertThat(seen.disturbed()).isTrue();
        goes = 0;
        assertThat(RepeatedTiming.timed(Device.cpu(), () -> {
                            wait(200);
                            return goes++;
                        })
                        .all())
                .as("patience ends before, but four are the fewest")
                .hasSize(4);
    }

    @Tag("clock")
    @Test
    void whoWaitsForAGpuIsNotDisturbed() {
        RepeatedTiming<Integer> seen = RepeatedTiming.timed(Device.gpu(), () -> {
            wait(5);
            return goes++;
        });
        assertThat(seen.disturbed()).isFalse();
        assertThat(seen.all()).hasSizeBetween(4, 12);
    }

    @Test
    void ofWhatIsNoTimeThereAreAsManyAsAskedForOrMore() {
        assertThat(RepeatedTiming.atLeast(9, () -> {
                            wait(10);
                            return goes++;
                        })
                        .all())
                .hasSize(9);
        assertThat(RepeatedTiming.atLeast(9, () -> 1).all()).hasSize(200);
    }

    @Test
    void quartileAndMedian() {
        RepeatedTiming<Double> seen = RepeatedTiming.atLeast(8, () -> (double) (goes++ % 8));
        assertThat(seen.quartile(Double::doubleValue)).isEqualTo(2);
        assertThat(seen.median(Double::doubleValue)).isEqualTo(4);
    }
}
