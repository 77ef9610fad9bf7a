package org.vivace.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineTest {

    @Test
    void readsAnIntelProcessor() {
        CpuInfo cpu = CpuInfo.parse("""
                processor	: 0
                vendor_id	: GenuineIntel
                model		: 143
                model name	: Intel(R) Xeon(R) Platinum 8481C CPU @ 2.70GHz
                flags		: fpu sse2 fma avx2 avx512f avx512_bf16 amx_bf16 amx_tile
                vmx flags	: vnmi
                """);
        assertThat(cpu.model()).isEqualTo("Intel(R) Xeon(R) Platinum 8481C CPU @ 2.70GHz");
        assertThat(cpu.flags()).containsExactly("avx2", "fma", "avx512f", "avx512_bf16", "amx_tile", "amx_bf16");
    }

    @Test
    void readsAnArmProcessor() {
        CpuInfo cpu = CpuInfo.parse("""
                processor	: 0
                Features	: fp asimd aes bf16 i8mm sve
                CPU part	: 0xd40
                """);
        assertThat(cpu.model()).isEqualTo("Arm part 0xd40");
        assertThat(cpu.flags()).containsExactly("neon", "bf16", "i8mm", "sve");
    }

    @Test
    void saysUnknownWhereNothingIsKnown() {
        assertThat(CpuInfo.parse("")).isEqualTo(new CpuInfo("unknown", List.of()));
    }

    @Test
    void readsTheMachineItRunsOn() {
        Machine machine = Machine.read("cpu", 3, "2.7.1");
        assertThat(machine.threads()).isEqualTo(3);
        assertThat(machine.cores()).isEqualTo(Runtime.getRuntime().availableProcessors());
        assertThat(machine.memoryBytes()).isGreaterThan(Runtime.getRuntime().maxMemory() / 4);
        assertThat(machine.jdk()).contains(System.getProperty("java.runtime.version"));
        assertThat(machine.djl()).matches("0\\.\\d+\\.\\d+.*");
        assertThat(List.of(machine.cpu(), machine.os(), machine.commit())).noneMatch(String::isBlank);
    }

    @Test
    void knowsNoCommitOutsideARepository(@TempDir Path folder) {
        assertThat(Machine.commit(folder)).isEqualTo("unknown");
        assertThat(Machine.commit(folder.resolve("missing"))).isEqualTo("unknown");
    }

    @Test
    void namesTheCommitAndWhetherFilesDifferFromIt(@TempDir Path folder) throws Exception {
        assumeThat(git(folder, "init", "-q")).as("git is installed").isZero();
        Path file = Files.writeString(folder.resolve("a.txt"), "one");
        git(folder, "add", "a.txt");
        git(folder, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "one");
        assertThat(Machine.commit(folder)).matches("[0-9a-f]{40}");
        Files.writeString(file, "another");
        assertThat(Machine.commit(folder)).matches("[0-9a-f]{40}-dirty");
    }

    private static int git(Path folder, String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of("git"));
        command.addAll(List.of(words));
        try {
            return new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .start()
                    .waitFor();
        } catch (IOException e) {
            return -1;
        }
    }
}
