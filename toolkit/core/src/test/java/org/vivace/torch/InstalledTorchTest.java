package org.vivace.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A libtorch that {@code PYTORCH_LIBRARY_PATH} names, in folders whose libraries are empty files. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "the machines have Linux's file names")
class InstalledTorchTest {

    private static final String CUDA = "site/torch/lib/libtorch_cuda.so";

    private FakeMachine machine;
    private Path lib;

    @BeforeEach
    void aMachine(@TempDir Path folder) {
        machine = new FakeMachine(folder).withoutNativeJar().withPythonsTorch("2.7.1+cu128");
        lib = machine.path("site/torch/lib");
    }

    @Test
    void pythonsTorchBringsItsRuntime() {
        NativeCheck check = machine.withDriver("570.86.15")
                .withFiles(
                        CUDA,
                        "site/nvidia/cuda_runtime/lib/libcudart.so.12",
                        "site/nvidia_cuda_runtime_cu12-12.8.57.dist-info/METADATA")
                .check();
        assertThat(check.libtorch()).isEqualTo("2.7.1, flavor cu128, installed in " + lib);
        assertThat(check.cuda())
                .isEqualTo("driver 570.86.15, runtime 12.8.57 in " + machine.path("site/nvidia/cuda_runtime/lib"));
        assertThat(check.obstacle()).isEmpty();
        assertThat(check.libtorchAdvice()).isEmpty();
        assertThat(check.cudaAdvice()).isEmpty();
    }

    @Test
    void itComesBeforeAJarAndMayBeForTheCpu() {
        machine = new FakeMachine(machine.root()).withPythonsTorch("2.7.1+cpu");
        assertThat(machine.check().libtorch()).isEqualTo("2.7.1, flavor cpu, installed in " + lib);
        assertThat(machine.check().libtorchAdvice()).isEmpty();
        assertThat(machine.withDriver("570.86.15").check().libtorchAdvice())
                .containsExactly("this libtorch is for the CPU alone, though there is an NVIDIA driver: install torch"
                        + " 2.7.1 for CUDA, or unset PYTORCH_LIBRARY_PATH");
    }

    @Test
    void aNewerVersionNeedsALayerOfItsOwn() {
        machine.withPythonsTorch("2.11.0+cu128").withFiles(CUDA);
        String layer = "2.11.0-cu128-linux-x86_64/0.36.0-libdjl_torch.so";
        assertThat(machine.check().obstacle())
                .hasValue("expected libtorch 2.7.1, for which DJL 0.36.0 takes its native layer, found 2.11.0 in " + lib
                        + ", whose memory is laid out in another way: install torch 2.7.1, or set PYTORCH_VERSION=2.11.0"
                        + " and build the layer for it at " + machine.cache().resolve(layer));

        machine.with("PYTORCH_VERSION", "2.11.0");
        assertThat(machine.check().obstacle())
                .hasValue("expected a native layer for libtorch 2.11.0 at "
                        + machine.cache().resolve(layer)
                        + ", found none, and DJL 0.36.0 publishes none above 2.7.1: build it there, or unset"
                        + " PYTORCH_VERSION and take libtorch 2.7.1");

        machine.withFiles(".djl.ai/pytorch/" + layer);
        assertThat(machine.check().obstacle()).isEmpty();
        assertThat(machine.without("PYTORCH_VERSION").check().obstacle()).isPresent();
    }

    @Test
    void aLayerBesideTheLibtorchIsForThatLibtorch() {
        machine.withPythonsTorch("2.11.0+cu128").withFiles(CUDA, "site/torch/lib/libdjl_torch.so");
        assertThat(machine.check().obstacle()).isEmpty();
    }

    @Test
    void forAnOlderVersionDjlFetchesALayer() {
        machine.withPythonsTorch("2.5.1+cpu");
        assertThat(machine.check().obstacle().orElseThrow())
                .endsWith("or set PYTORCH_VERSION=2.5.1, and DJL fetches the layer for it");
        assertThat(machine.with("PYTORCH_VERSION", "2.5.1").check().obstacle()).isEmpty();
    }

    @Test
    void theFlavorIsOneThatThereIsALayerFor() {
        machine.withFiles(CUDA).with("PYTORCH_FLAVOR", "cu126");
        assertThat(machine.check().obstacle())
                .hasValue("expected PYTORCH_FLAVOR to be cpu or cu128, which DJL 0.36.0 has a native layer for, got"
                        + " cu126: unset it, and the one that fits is taken");
        // DJL's own default.
        machine.with("PYTORCH_FLAVOR", "cpu-precxx11");
        assertThat(machine.check().obstacle().orElseThrow()).contains("got cpu-precxx11");
        assertThat(machine.withFiles(".djl.ai/pytorch/2.7.1-cpu-precxx11-linux-x86_64/0.36.0-libdjl_torch.so")
                        .check()
                        .obstacle())
                .isEmpty();
    }

    @Test
    void theFlavorFitsTheBuild() {
        machine.with("PYTORCH_FLAVOR", "cu128");
        assertThat(machine.check().obstacle())
                .hasValue("expected a libtorch for CUDA with PYTORCH_FLAVOR=cu128, found no libtorch_cuda.so in " + lib
                        + ": unset PYTORCH_FLAVOR, or install a torch for CUDA");

        NativeCheck check =
                machine.withFiles(CUDA).with("PYTORCH_FLAVOR", "cpu").check();
        assertThat(check.obstacle()).isEmpty();
        assertThat(check.libtorchAdvice())
                .containsExactly("PYTORCH_FLAVOR=cpu asks for the CPU, but this libtorch is for CUDA: unset it");
    }

    @Test
    void aFolderWithoutALibtorch() throws Exception {
        Path empty = Files.createDirectories(machine.path("empty"));
        machine.with("PYTORCH_LIBRARY_PATH", empty);
        assertThat(machine.check().libtorch()).isEqualTo("none in " + empty);
        assertThat(machine.check().obstacle())
                .hasValue("expected libtorch.so in a folder that PYTORCH_LIBRARY_PATH names, found none in " + empty
                        + ": name the folder lib of a torch, or unset it");
        machine.with("PYTORCH_LIBRARY_PATH", empty + ":" + lib.resolve("libtorch.so"));
        assertThat(machine.check().libtorch()).endsWith("installed in " + lib);
    }

    @Test
    void theVersionIsInOneOfSeveralFiles() throws Exception {
        Files.delete(machine.path("site/torch/version.py"));
        assertThat(machine.check().libtorchAdvice())
                .containsExactly("no file beside " + lib + " tells its version, and DJL crashes if it is not 2.7.1:"
                        + " name the folder lib of a whole torch");

        machine.withFile(
                "site/torch/share/cmake/Torch/TorchConfigVersion.cmake", List.of("set(PACKAGE_VERSION \"2.9.0\")"));
        assertThat(machine.check().obstacle().orElseThrow()).contains("found 2.9.0 in ");
        Files.delete(machine.path("site/torch/share/cmake/Torch/TorchConfigVersion.cmake"));
        machine.withFile("site/torch/build-version", List.of("2.8.0+cu126"));
        assertThat(machine.check().obstacle().orElseThrow()).contains("found 2.8.0 in ");

        machine.withFiles(".djl.ai/pytorch/2.6.0-cpu-linux-x86_64/libtorch.so")
                .with("PYTORCH_LIBRARY_PATH", machine.cache().resolve("2.6.0-cpu-linux-x86_64"));
        assertThat(machine.check().obstacle().orElseThrow()).contains("found 2.6.0 in ");
    }

    @Test
    void djlsJarsHaveTheFlavorsThatAreTaken() {
        assertThat(machine.choice().hasBundledLayer("cpu")).isTrue();
        assertThat(machine.choice().hasBundledLayer(NativeChoice.CUDA_FLAVOR)).isTrue();
        assertThat(machine.choice().hasBundledLayer("cpu-precxx11")).isFalse();
    }

    @Test
    void versionsAreComparedByNumber() {
        assertThat(InstalledTorch.isNewer("2.10.0", "2.7.1")).isTrue();
        assertThat(InstalledTorch.isNewer("2.7.1", "2.7.1")).isFalse();
        assertThat(InstalledTorch.isNewer("nightly", "2.7.1")).isFalse();
    }
}
