package org.vivace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vivace.measure.Calibration;
import org.vivace.measure.ConvolutionPeak;
import org.vivace.measure.Machine;
import org.vivace.measure.MatmulPeak;

@Tag("slow")
class CalibratedTest {

    private static final Machine MACHINE = LocalMachine.machine();

    @TempDir
    private Path folder;

    private void keep(double gigaflops) {
        new Calibration(
                        Calibration.SCHEMA,
                        MACHINE,
                        "2026-01-01T00:00:00Z",
                        new MatmulPeak(gigaflops, gigaflops),
                        new ConvolutionPeak(1, 1, 1, 1),
                        1,
                        1,
                        false)
                .write(folder.resolve(Calibrated.name(MACHINE) + ".json"));
    }

    private Calibration found(boolean again) {
        return Calibrated.in(folder, MACHINE, Device.cpu(), again);
    }

    @Test
    void whatIsKeptIsTrusted() {
        keep(1e9);
        assertThat(found(false).matmulPeak()).isEqualTo(new MatmulPeak(1e9, 1e9));
    }

    @Test
    void aPeakOfABusyMachineIsMeasuredAgain() {
        keep(0.001);
        Calibration found = found(false);
        assertThat(found.matmulPeak().fp32()).isGreaterThan(0.001);
        assertThat(Calibration.read(folder.resolve(Calibrated.name(MACHINE) + ".json")))
                .isEqualTo(found);
    }

    @Test
    void whoAsksForItGetsANewOne() {
        keep(1e9);
        assertThat(found(true).matmulPeak().fp32()).isLessThan(1e9);
    }
}
