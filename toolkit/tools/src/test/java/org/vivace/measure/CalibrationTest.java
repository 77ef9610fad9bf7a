package org.vivace.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
            1.5,
            false);

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
        Calibration again = of(other, new MatmulPeak(200, 800), false);
        assertThat(Calibration.kept(file, other, () -> again)).isEqualTo(again);
        assertThat(Calibration.read(file)).isEqualTo(again);
    }

    private static Calibration of(Machine machine, MatmulPeak peak, boolean disturbed) {
        return new Calibration(
                Calibration.SCHEMA, machine, "2026-01-02T00:00:00Z", peak, KNOWN.convolutionPeak(), 20, 1.5, disturbed);
    }

    @Test
    void whatWasMeasuredOnABusyMachineIsDoubtedAndNotKept() {
        Path file = folder.resolve("calibration.json");
        assertThat(KNOWN.doubt()).isEmpty();
        for (Calibration busy : List.of(
                of(MACHINE, new MatmulPeak(100, 400, true), false), of(MACHINE, new MatmulPeak(100, 400), true))) {
            assertThat(Calibration.kept(file, MACHINE, () -> busy)).isEqualTo(busy);
            assertThat(busy.doubt())
                    .contains(
                            "other work held the processors while this machine's peak rates were measured, so it can do"
                                    + " more, and shares of these rates are in doubt: profile again when the machine"
                                    + " is quiet");
            assertThat(file).doesNotExist();
        }
        assertThat(Calibration.kept(file, MACHINE, () -> KNOWN)).isEqualTo(KNOWN);
        assertThat(file).exists();
        Calibration busy = of(MACHINE, new MatmulPeak(1, 1, true), true);
        assertThat(RecordFile.toJson("calibration", busy)).contains("\"disturbed\": true");
    }

    /** A thread that sleeps has no processor; one that computes has, as long as nobody else wants it. */
    @Test
    void theHighestRateIsThatOfGoesThatNothingDisturbed() {
        BestRate rates = new BestRate(Device.cpu());
        int[] goes = {0};
        double rate = rates.of(1e6, 20_000_000, () -> {
            if (goes[0]++ == 0) {
                sleep();
            }
        });
        assertThat(rate).as("of a later go, which takes next to nothing").isGreaterThan(1e6 / 3e6);
        assertThat(rates.disturbed()).isFalse();
        assertThat(goes[0]).isGreaterThan(1);
        assertThat(rates.of(1e6, 1_000_000, CalibrationTest::sleep))
                .as("a million in at least three milliseconds, in nanoseconds")
                .isBetween(1e-6, 1e6 / 3e6);
        assertThat(rates.disturbed()).isTrue();
    }

    private static void sleep() {
        try {
            Thread.sleep(3);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void theHigherOfTwoIsInDoubtOnlyWhereBothAre() {
        MatmulPeak busy = new MatmulPeak(90, 500, true);
        assertThat(busy.or(new MatmulPeak(100, 400))).isEqualTo(new MatmulPeak(100, 500));
        assertThat(busy.or(busy).disturbed()).isTrue();
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
