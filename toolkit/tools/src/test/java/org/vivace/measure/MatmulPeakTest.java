package org.vivace.measure;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class MatmulPeakTest {

    /** A processor without bf16 units takes ten seconds for a product of the largest size. */
    @Tag("clock")
    @Test
    void isMeasuredInSecondsOnAnyProcessor() {
        long begin = System.nanoTime();
        MatmulPeak peak = MatmulPeak.measure(Device.cpu());
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(20));
        assertThat(peak.fp32()).isPositive();
        assertThat(peak.bf16()).isPositive();
    }
}
