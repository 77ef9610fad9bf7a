package org.vivace.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.vivace.contract.Cuda;

@EnabledOnOs(OS.LINUX)
class PeakMemoryTest extends TorchTest {

    private static final long MEGABYTE = 1L << 20;
    private static final Shape MEGABYTES_200 = new Shape(200, 256 * 1024);

    private static long peak() {
        return PeakMemory.bytes(Device.cpu()).orElseThrow();
    }

    @Test
    void thePeakRisesByWhatIsAllocatedAndStaysWhenItIsFreed() {
        manager.ones(new Shape(8)).close();
        assumeTrue(PeakMemory.reset(), "this system does not let a process reset its peak");
        long before = peak();
        NDArray large = manager.ones(MEGABYTES_200);
        assertThat((peak() - before) / MEGABYTE).isBetween(180L, 300L);
        large.close();
        assertThat((peak() - before) / MEGABYTE).isBetween(180L, 300L);
        assertThat(PeakMemory.residentBytes().orElseThrow()).isLessThan(peak() - 150 * MEGABYTE);
        assertThat(PeakMemory.reset()).isTrue();
        assertThat((peak() - before) / MEGABYTE).isLessThan(100);
    }

    @Test
    void theResidentSetIsBelowThePeak() {
        assertThat(PeakMemory.residentBytes().orElseThrow()).isBetween(50 * MEGABYTE, peak());
    }

    @Test
    @Tag("cuda")
    void onCuda() {
        Device gpu = Cuda.device();
        try (NDManager onGpu = NDManager.newBaseManager(gpu, "PyTorch")) {
            onGpu.ones(new Shape(8));
            long before = PeakMemory.bytes(gpu).orElseThrow();
            onGpu.ones(MEGABYTES_200);
            assertThat(PeakMemory.bytes(gpu).orElseThrow() - before).isGreaterThan(150 * MEGABYTE);
        }
    }
}
