package org.vivace.torch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import org.junit.jupiter.api.Test;

class PrecisionProbeTest {

    @Test
    void fp32TakesAsLongAsFp32() {
        assertThat(PrecisionProbe.relativeTime(Device.cpu(), Precision.FLOAT32)).isBetween(1 / 3.0, 3.0);
    }

    @Test
    void measuresOncePerProcess() {
        double first = PrecisionProbe.relativeTime(Device.cpu(), Precision.BFLOAT16);
        double second = PrecisionProbe.relativeTime(Device.cpu(), Precision.BFLOAT16);

        assertThat(second).isEqualTo(first).isPositive();
    }

    @Test
    void leavesTheThreadAsItWas() {
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                GradMode recorded = GradMode.on()) {
            PrecisionProbe.relativeTime(manager.getDevice(), Precision.BFLOAT16);
            assertThat(Autograd.recording()).isTrue();
            assertThat(Autocast.current(Device.cpu()).enabled()).isFalse();
        }
    }
}
