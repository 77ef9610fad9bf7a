package org.vivace.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where libtorch comes from, on machines that are folders. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "the machines have Linux's file names")
class NativeCheckTest {

    private static final String RUNTIME = "usr/local/cuda/lib64/libcudart.so.12.8.90";

    private FakeMachine machine;

    @BeforeEach
    void aMachine(@TempDir Path folder) {
        machine = new FakeMachine(folder);
    }

    @Test
    void aJarWithoutADriver() {
        NativeCheck check = machine.check();
        assertThat(check.libtorch()).isEqualTo("2.7.1, flavor cpu, from a jar in the class path");
        assertThat(check.cuda()).isEqualTo("no NVIDIA driver, no runtime");
        assertThat(check.driver()).isFalse();
        assertNothingToDo(check);
    }

    @Test
    void aCpuJarBesideADriver() {
        NativeCheck check = machine.withDriver("570.86.15").withFiles(RUNTIME).check();
        assertThat(check.libtorch()).isEqualTo("2.7.1, flavor cpu, from a jar in the class path");
        assertThat(check.libtorchAdvice())
                .containsExactly("a pytorch-native-cpu jar in the class path forces the CPU, though there is an NVIDIA"
                        + " driver: remove it");
        assertThat(check.cudaAdvice()).isEmpty();
    }

    @Test
    void aGpuHasItsLibtorchFetchedOnce() throws IOException {
        machine.withoutNativeJar().withDriver("570.86.15").withFiles(RUNTIME);
        Files.createSymbolicLink(machine.path("usr/local/cuda/lib64/libcudart.so.12"), Path.of("libcudart.so.12.8.90"));
        Files.createSymbolicLink(machine.path("usr/local/cuda/lib64/libcudart.so"), Path.of("libcudart.so.12"));
        NativeCheck check = machine.check();
        Path cached = machine.cache().resolve("2.7.1-cu128-linux-x86_64");
        assertThat(check.libtorch()).isEqualTo("2.7.1, flavor cu128, from publish.djl.ai into " + cached);
        assertThat(check.cuda())
                .isEqualTo("driver 570.86.15, runtime 12.8.90 in " + machine.path("usr/local/cuda/lib64"));
        assertNothingToDo(check);

        machine.withFiles(".djl.ai/pytorch/2.7.1-cu128-linux-x86_64/libtorch.so");
        assertThat(machine.check().libtorch()).isEqualTo("2.7.1, flavor cu128, from DJL's cache in " + cached);
    }

    @Test
    void aDriverOfAnotherPlace() {
        machine.withoutNativeJar().withFiles(RUNTIME).with("VIVACE_NVIDIA_DRIVER", machine.path("driver"));
        assertThat(machine.check().cuda()).startsWith("no NVIDIA driver");
        machine.withFile("driver", List.of("nothing that looks like a version"));
        assertThat(machine.check().cuda()).startsWith("driver unknown, runtime 12.8.90");
    }

    @Test
    void whatIsNotInTheCacheCannotBeFetchedOffline() {
        machine.withoutNativeJar().with("DJL_OFFLINE", true);
        assertThat(machine.check().obstacle())
                .hasValue("expected libtorch 2.7.1 of the flavor cpu in "
                        + machine.cache().resolve("2.7.1-cpu-linux-x86_64")
                        + ", found none, and DJL_OFFLINE forbids to fetch it: unset DJL_OFFLINE for one start, or set"
                        + " PYTORCH_LIBRARY_PATH to the folder lib of a torch 2.7.1");
        machine.withFiles(".djl.ai/pytorch/2.7.1-cpu-linux-x86_64/libtorch.so");
        assertNothingToDo(machine.check());
    }

    @Test
    void aRuntimeThatIsTooOldForWhatIsFetched() {
        machine.withoutNativeJar().withDriver("550.54").withFiles("usr/lib64/libcudart.so.12.4.127");
        NativeCheck check = machine.check();
        assertThat(check.libtorch()).startsWith("2.7.1, flavor cpu, from publish.djl.ai");
        assertThat(check.cudaAdvice())
                .containsExactly("expected a CUDA runtime of 12.8 or newer, found 12.4.127 in "
                        + machine.path("usr/lib64")
                        + ", for which DJL takes a libtorch for the CPU: install a newer runtime, or set"
                        + " PYTORCH_FLAVOR=cu128");

        machine.with("PYTORCH_FLAVOR", "cu128");
        assertThat(machine.check().libtorch()).startsWith("2.7.1, flavor cu128, from publish.djl.ai");
        assertNothingToDo(machine.check());
    }

    @Test
    void aRuntimeThatIsNewerThanWhatIsFetched() {
        machine.withoutNativeJar().withDriver("580.1").withFiles("usr/lib64/libcudart.so.13");
        assertThat(machine.check().libtorch()).startsWith("2.7.1, flavor cu128, ");
        assertThat(machine.check().cuda()).contains("runtime 13 in ");
        assertNothingToDo(machine.check());
    }

    @Test
    void aDriverWithoutARuntime() {
        String none =
                "expected CUDA's runtime on the library path, found the driver but no libcudart, without which DJL"
                        + " sees no GPU: ";
        String install = "install the runtime of CUDA 12.8 or newer, and name its folder in LD_LIBRARY_PATH";
        NativeCheck check = machine.withoutNativeJar().withDriver("570.86.15").check();
        assertThat(check.cuda()).isEqualTo("driver 570.86.15, no runtime");
        assertThat(check.libtorch()).startsWith("2.7.1, flavor cpu, from publish.djl.ai");
        assertThat(check.cudaAdvice())
                .containsExactly(none + "set PYTORCH_FLAVOR=cu128 and start twice, as DJL then fetches a libtorch that"
                        + " has one, or " + install);

        machine.withPythonsTorch("2.7.1+cu128").withFiles("site/torch/lib/libtorch_cuda.so");
        assertThat(machine.check().cudaAdvice()).containsExactly(none + install);
    }

    @Test
    void aLibtorchForCudaBringsARuntime() {
        machine.withoutNativeJar().withDriver("570.86.15").with("PYTORCH_FLAVOR", "cu128");
        assertThat(machine.check().cudaAdvice().get(0))
                .endsWith(": start again once DJL has fetched its libtorch, which has one");

        String cached = ".djl.ai/pytorch/2.7.1-cu128-linux-x86_64/";
        machine.withFiles(cached + "libtorch.so", cached + "libcudart-c3a75b33.so.12", "usr/lib/libcudart.so.12.4.1");
        assertNothingToDo(machine.check());
        assertThat(machine.check().cuda())
                .isEqualTo("driver 570.86.15, runtime 12 in " + machine.cache().resolve("2.7.1-cu128-linux-x86_64"));
        assertThat(machine.without("PYTORCH_FLAVOR").check().libtorch())
                .startsWith("2.7.1, flavor cu128, from DJL's cache in ");
    }

    @Test
    void aDriverThatIsTooOld() {
        assertThat(machine.withoutNativeJar()
                        .withDriver("470.256.02")
                        .withFiles(RUNTIME)
                        .check()
                        .cudaAdvice())
                .containsExactly("expected an NVIDIA driver of 525 or newer, which CUDA 12 needs, found 470.256.02:"
                        + " update the driver");
    }

    @Test
    void aDriverThatIsTooOldForTheRuntimeAlone() {
        machine.withoutNativeJar().withDriver("570.86.15").withFiles("usr/local/cuda/lib64/libcudart.so.13");
        assertThat(machine.check().cudaAdvice())
                .containsExactly("expected an NVIDIA driver of 580 or newer, which CUDA 13 needs, found 570.86.15:"
                        + " update the driver, or name the folder of a runtime of CUDA 12 in LD_LIBRARY_PATH");
        assertThat(machine.check().libtorch()).startsWith("2.7.1, flavor cpu, ");
        machine.withFiles("cuda-12/libcudart.so.12").with("LD_LIBRARY_PATH", machine.path("cuda-12"));
        assertNothingToDo(machine.check());
    }

    @ParameterizedTest
    @ValueSource(strings = {"LD_LIBRARY_PATH", "jna.library.path"})
    void aRuntimeThatASettingNames(String setting) {
        machine.withFiles("some/where/libcudart.so.12", "other/libc.so")
                .with(setting, machine.path("other") + ":" + machine.path("some/where"));
        assertThat(machine.check().cuda()).endsWith("runtime 12 in " + machine.path("some/where"));
    }

    @Test
    void aRuntimeInAFolderOfTheSystemsList() {
        machine.withFiles("opt/cuda/lib/libcudart.so")
                .withFile("etc/ld.so.conf.d/cuda.conf", List.of("# ours", "/opt/cuda/lib"));
        assertThat(machine.check().cuda()).endsWith("runtime of an unknown version in " + machine.path("opt/cuda/lib"));
    }

    private static void assertNothingToDo(NativeCheck check) {
        assertThat(check.obstacle()).isEmpty();
        assertThat(check.libtorchAdvice()).isEmpty();
        assertThat(check.cudaAdvice()).isEmpty();
    }
}
