package org.vivace.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.vivace.contract.Cuda;

class DeviceWorkTest extends TorchTest {

    @Test
    void theCpuHasNothingToWaitFor() {
        assertThatCode(() -> DeviceWork.await(Device.cpu())).doesNotThrowAnyException();
    }

    @Test
    void aGpuThatIsNotThereIsRefused() {
        assertThatThrownBy(() -> DeviceWork.await(Device.gpu(99)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching("expected a GPU that libtorch sees, of which there are \\d+, got gpu\\(99\\)");
    }

    /** Products are queued in microseconds; what is timed around a wait is therefore the device's own time. */
    @Test
    @Tag("cuda")
    void afterItNothingIsLeftToWaitFor() {
        Device gpu = Cuda.device();
        try (NDManager onGpu = NDManager.newBaseManager(gpu, "PyTorch")) {
            NDArray x = onGpu.ones(new Shape(4096, 4096));
            NDArray first = x.matMul(x);
            assertThat(first.getFloat(0, 0)).isEqualTo(4096);
            first.close();
            long begin = System.nanoTime();
            for (int i = 0; i < 50; i++) {
                x.matMul(x).close();
            }
            NDArray last = x.matMul(x);
            DeviceWork.await(gpu);
            long done = System.nanoTime();
            assertThat(last.getFloat(0, 0)).isEqualTo(4096);
            long read = System.nanoTime();
            assertThat(read - done).isLessThan((done - begin) / 2);
        }
    }
}
