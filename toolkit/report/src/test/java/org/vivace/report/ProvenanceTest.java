package org.vivace.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.vivace.measure.BenchRecord;
import org.vivace.measure.Machine;
import org.vivace.measure.SampleRecord;

class ProvenanceTest {

    @Test
    void namesMachineVersionsAndCommit() {
        assertThat(Provenance.of(List.of(SampleRecord.language())))
                .containsExactly("Measured on Intel(R) Xeon(R) Platinum 8481C CPU @ 2.70GHz (avx2, avx512_bf16,"
                        + " amx_bf16), 2 cores, 2 threads, device cpu; OpenJDK 64-Bit Server VM 17.0.15+6, DJL 0.35.1,"
                        + " libtorch 2.7.1; commit cc8ef4c0d1b2.");
    }

    @Test
    void aMachineHasOneSentenceHoweverItsDeviceIsWritten() {
        assertThat(Provenance.of(List.of(
                        on("cpu()", "0123456789abcdef0123"),
                        on("cpu", "0123456789abcdef0123-dirty"),
                        on("gpu(1)", "unknown"),
                        on("cpu", "fedcba9876543210"),
                        on("cpu", "0123456789abcdef0123"))))
                .containsExactly(
                        "Measured on chip, 1 core, 1 thread, device cpu; jdk, DJL 0.35.1, libtorch 2.7.1; commits"
                                + " 0123456789ab, 0123456789ab-dirty, fedcba987654.",
                        "Measured on chip, 1 core, 1 thread, device gpu1; jdk, DJL 0.35.1, libtorch 2.7.1; commit"
                                + " unknown.");
    }

    private static BenchRecord on(String device, String commit) {
        Machine machine = new Machine("chip", List.of(), 1, 1, 1, "os", "jdk", "0.35.1", "2.7.1", device, commit);
        return BareRecord.of(machine, SampleRecord.language().baseline());
    }
}
