package org.vivace.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vivace.torch.MemoryFormat;
import org.vivace.torch.Precision;

class CalibrationTest {

    private static final Machine MACHINE = SampleRecord.machine();
    private static final Calibration KNOWN = new Calibration(
            Calibration.SCHEMA,
            MACHINE,
            "2026-01-01T00:00:00Z",
            new MatmulPeak(100, 400),
            new ConvolutionPeak(110, 90, 150, 300),
            20,
            1.5);

    @TempDir
    private Path folder;

    @Tag("clock")
    @Test
    void measuresRatesThatAMachineCanHave() {
        Calibration measured = Calibration.measure(MACHINE, Device.cpu());
        assertThat(measured.matmulPeak().fp32()).isBetween(1.0, 1e6);
        assertThat(measured.matmulPeak().bf16()).isBetween(0.1, 1e6);
        ConvolutionPeak convolutions = measured.convolutionPeak();
        for (MemoryFormat layout : MemoryFormat.values()) {
            for (Precision precision : Precision.values()) {
                assertThat(convolutions.rate(precision, layout)).isBetween(0.1, 1e6);
            }
        }
        assertThat(measured.gigabytesPerSecond()).isBetween(0.5, 1e4);
        assertThat(measured.operationMicros()).isBetween(0.1, 1000.0);
    }

    @Test
    void aConvolutionsRateGoesByPrecisionAndLayout() {
        ConvolutionPeak peak = KNOWN.convolutionPeak();
        assertThat(peak.rate(Precision.FLOAT32, MemoryFormat.CHANNELS_LAST)).isEqualTo(90);
        assertThat(peak.rate(Precision.BFLOAT16, MemoryFormat.CONTIGUOUS)).isEqualTo(150);
        assertThat(peak.rate(Precision.FLOAT16, MemoryFormat.CHANNELS_LAST)).isEqualTo(300);
    }

    @Test
    void theRoofIsTheSlowerOfArithmeticAndMemory() {
        // 2·10^9 operations at 100·10^9 a second are 20 ms; 10^9 bytes at 20·10^9 a second are 50 ms.
        assertThat(KNOWN.roofMicros(2e9, 1e3, 100)).isCloseTo(20_000, within(1e-9));
        assertThat(KNOWN.roofMicros(2e9, 1e9, 100)).isCloseTo(50_000, within(1e-9));
    }

    @Test
    void whatWasMeasuredOnceIsReadNextTime() {
        Path file = KNOWN.write(folder.resolve("calibration.json"));
        assertThat(Calibration.kept(file, MACHINE, Device.cpu())).isEqualTo(KNOWN);
    }

    @Test
    void anotherMachinesCalibrationIsMeasuredAnew() {
        Path file = KNOWN.write(folder.resolve("calibration.json"));
        Machine other = new Machine(
                "another",
                MACHINE.flags(),
                MACHINE.cores(),
                MACHINE.threads(),
                MACHINE.memoryBytes(),
                MACHINE.os(),
                MACHINE.jdk(),
                MACHINE.djl(),
                MACHINE.libtorch(),
                MACHINE.device(),
                MACHINE.commit());
        assertThat(KNOWN.isOf(other)).isFalse();
        Calibration measured = Calibration.kept(file, other, Device.cpu());
        assertThat(measured.machine()).isEqualTo(other);
        assertThat(Calibration.read(file)).isEqualTo(measured);
    }

    @Test
    void whatIsNoCalibrationIsRefusedAndLeftAsItIs() throws IOException {
        Path file = Files.writeString(folder.resolve("calibration.json"), "{\"schema\": 1, \"mach");
        assertThatThrownBy(() -> Calibration.kept(file, MACHINE, Device.cpu()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(file + " must be a whole Vivace record, got a file that is cut short or something else:"
                        + " measure again or give another file");
        assertThat(Files.readString(file)).endsWith("\"mach");
        Path newer = Files.writeString(folder.resolve("newer.json"), "{\"schema\": 99}");
        assertThatThrownBy(() -> Calibration.read(newer))
                .hasMessage(newer + " must have schema 1 or older, got 99: read it with a newer Vivace");
    }
}
