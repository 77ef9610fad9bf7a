package org.vivace.torch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.LibUtils;
import com.sun.jna.NativeLibrary;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.vivace.contract.JavaProcess;

/** DJL's engine in a process of its own, with an installed libtorch. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "the folders have Linux's file names")
class LoadingTest {

    @TempDir
    private Path folder;

    private final List<Path> links = new ArrayList<>();

    /** JUnit warns of links out of its folder. */
    @AfterEach
    void noLinksAreLeft() throws IOException {
        for (Path link : links) {
            Files.delete(link);
        }
    }

    /** What a program of stock DJL does first. */
    static final class FirstTensor {

        private FirstTensor() {}

        @SuppressWarnings("SystemOut") // the way to speak with the process that started this one
        public static void main(String[] arguments) {
            try {
                Engine.getInstance();
            } catch (EngineException e) {
                System.out.println("refused: " + e.getMessage());
                return;
            }
            try (NDManager manager = NDManager.newBaseManager()) {
                System.out.println("sum " + manager.ones(new Shape(2)).sum().getFloat() + " from "
                        + LibUtils.getLibtorchPath() + ", flavor " + System.getProperty("PYTORCH_FLAVOR"));
            }
        }
    }

    /** Where DJL's way to look for CUDA's runtime finds it. */
    static final class Runtime {

        private Runtime() {}

        @SuppressWarnings("SystemOut") // the way to speak with the process that started this one
        public static void main(String[] arguments) throws IOException {
            NativeCheck.beforeLoading();
            Path loaded = NativeLibrary.getInstance("cudart").getFile().toPath();
            System.out.println("runtime " + Files.readSymbolicLink(loaded));
        }
    }

    @Test
    void ofAnotherVersionEndsWithASentence() throws Exception {
        Path lib =
                new FakeMachine(folder).withPythonsTorch("2.11.0+cu128").root().resolve("site/torch/lib");
        String said = run(FirstTensor.class, Map.of("PYTORCH_LIBRARY_PATH", lib.toString(), "DJL_OFFLINE", "false"));
        assertThat(said)
                .startsWith(
                        "refused: expected libtorch 2.7.1, for which DJL 0.36.0 takes its native layer, found 2.11.0"
                                + " in " + lib);
        assertThat(folder.resolve("cache")).doesNotExist();
    }

    @Test
    void stockDjlIsLeftAsItIs() throws Exception {
        Path lib =
                new FakeMachine(folder).withPythonsTorch("2.11.0+cu128").root().resolve("site/torch/lib");
        ProcessBuilder builder = process(FirstTensor.class, Map.of("PYTORCH_LIBRARY_PATH", lib.toString()));
        builder.command().add(1, "-Dvivace.arithmetic=stock");
        assertThat(said(builder)).contains("refused: Failed to load PyTorch native library");
    }

    @Test
    void whatIsNowhereAndMayNotBeFetchedEndsWithASentence() throws Exception {
        ProcessBuilder builder = process(FirstTensor.class, Map.of("DJL_OFFLINE", "true"));
        builder.command()
                .replaceAll(argument -> Arrays.stream(argument.split(File.pathSeparator))
                        .filter(entry -> !entry.contains("pytorch-native-"))
                        .collect(Collectors.joining(File.pathSeparator)));
        assertThat(said(builder))
                .startsWith("refused: expected libtorch 2.7.1 of the flavor cpu in " + folder.resolve("cache"));
        assertThat(folder.resolve("cache")).doesNotExist();
    }

    @Test
    void ofTheRightVersionIsUsedWithTheFlavorThatFits() throws Exception {
        Path lib = pythonsTorch();
        String said = run(FirstTensor.class, Map.of("PYTORCH_LIBRARY_PATH", lib.toString()));
        assertThat(said).contains("sum 2.0 from " + lib + ", flavor cpu");
    }

    @Test
    void itsRuntimeIsShownToDjl() throws Exception {
        Path lib = pythonsTorch();
        // Any library does, as none of its functions are called.
        Path runtime = Files.createDirectories(folder.resolve("site/nvidia/cuda_runtime/lib"))
                .resolve("libcudart.so.12");
        link(runtime, lib.resolve("libc10.so"));
        link(lib.resolve("libtorch_cuda.so"), lib.resolve("libc10.so"));
        Files.writeString(folder.resolve("driver"), "NVIDIA UNIX x86_64 Kernel Module  570.86.15");
        String said = run(Runtime.class, Map.of("PYTORCH_LIBRARY_PATH", lib.toString()));
        assertThat(said).contains("runtime " + runtime);
    }

    /** The libtorch of this process, where Python would have it. */
    private Path pythonsTorch() throws IOException {
        Engine.getEngine("PyTorch");
        Path lib = Files.createDirectories(folder.resolve("site/torch/lib"));
        Files.writeString(folder.resolve("site/torch/version.py"), "__version__ = '2.7.1+cpu'\n");
        try (Stream<Path> files = Files.list(Path.of(LibUtils.getLibtorchPath()))) {
            for (Path file :
                    files.filter(path -> !path.toString().contains("djl_torch")).toList()) {
                link(lib.resolve(file.getFileName()), file);
            }
        }
        return lib;
    }

    private void link(Path link, Path file) throws IOException {
        links.add(Files.createSymbolicLink(link, file.toRealPath()));
    }

    private String run(Class<?> main, Map<String, String> settings) throws Exception {
        return said(process(main, settings));
    }

    /** Without this process's choices, and with a cache and a driver of its own. */
    private ProcessBuilder process(Class<?> main, Map<String, String> settings) {
        ProcessBuilder builder = JavaProcess.of(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1"), main)
                .redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("PYTORCH_"));
        builder.environment().put("ENGINE_CACHE_DIR", folder.resolve("cache").toString());
        builder.environment()
                .put("VIVACE_NVIDIA_DRIVER", folder.resolve("driver").toString());
        builder.environment().putAll(settings);
        return builder;
    }

    private static String said(ProcessBuilder builder) throws Exception {
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }
}
