package org.vivace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.vivace.torch.NativeCheck;

/** What {@code doctor} says of libtorch, CUDA and the device. */
class DoctorTest {

    @TempDir
    private Path folder;

    @Test
    void eachProblemComesWithItsRemedy() {
        NativeCheck check = check(true, Optional.empty(), List.of("remove it"), List.of("update it", "install it"));
        assertThat(Findings.libtorch(check)).isEqualTo(new Findings.Finding("libtorch", "2.7.1", "remove it"));
        assertThat(Findings.cuda(check)).isEqualTo(new Findings.Finding("cuda", "driver 570", "update it; install it"));
        assertThat(Findings.device(Device.cpu(), check).advice())
                .isEqualTo("there is an NVIDIA driver, but libtorch does not use it: do what libtorch and cuda say");
    }

    @Test
    void anObstacleComesFirst() {
        NativeCheck check = check(true, Optional.of("replace it"), List.of("remove it"), List.of());
        assertThat(Findings.libtorch(check).advice()).isEqualTo("replace it");
    }

    @Test
    void whereNothingIsWrongThereIsNothingToDo() {
        NativeCheck check = check(false, Optional.empty(), List.of(), List.of());
        assertThat(Findings.libtorch(check).advice()).isEqualTo("nothing to do");
        assertThat(Findings.cuda(check).advice()).isEqualTo("nothing to do");
        assertThat(Findings.device(Device.cpu(), check))
                .isEqualTo(new Findings.Finding("device", "cpu", "nothing to do"));
        assertThat(Findings.device(Device.gpu(), check))
                .isEqualTo(new Findings.Finding("device", "gpu0", "recipes run on the GPU; nothing to do"));
    }

    @Test
    void aGpuThatIsNotSeenThoughAllIsThere() {
        NativeCheck check = check(true, Optional.empty(), List.of(), List.of());
        assertThat(Findings.device(Device.cpu(), check).advice()).contains("check with nvidia-smi");
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "the folder has Linux's file names")
    void aLibtorchThatWouldCrashIsNamed() throws Exception {
        Path json = folder.resolve("doctor.json");
        CommandRun run = VivaceProcess.run(otherTorch(), "doctor", "--json", json.toString());
        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("libtorch    2.11.0, flavor cpu, installed in ");
        assertThat(run.out()).contains("-> expected libtorch 2.7.1, ").contains("install torch 2.7.1, or set ");
        JsonObject all = JsonParser.parseString(Files.readString(json)).getAsJsonObject();
        assertThat(all.keySet()).containsExactly("findings");
        assertThat(all.getAsJsonArray("findings")).hasSize(6);
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "the folder has Linux's file names")
    void otherCommandsSayTheSame() throws Exception {
        CommandRun run = VivaceProcess.run(otherTorch(), "bench", "optimizer");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).startsWith("vivace: expected libtorch 2.7.1, ").contains("found 2.11.0 in ");
        assertThat(run.err().lines()).hasSize(1);
    }

    private Map<String, String> otherTorch() throws IOException {
        Path lib = Files.createDirectories(folder.resolve("torch/lib"));
        Files.writeString(lib.resolve("libtorch.so"), "");
        Files.writeString(folder.resolve("torch/version.py"), "__version__ = '2.11.0+cpu'\n");
        return Map.of("PYTORCH_LIBRARY_PATH", lib.toString());
    }

    private static NativeCheck check(
            boolean driver, Optional<String> obstacle, List<String> libtorchAdvice, List<String> cudaAdvice) {
        return new NativeCheck("2.7.1", "driver 570", driver, obstacle, libtorchAdvice, cudaAdvice);
    }
}
