package org.vivace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Which of DJL's jars are in the class path that the launcher has Maven resolve, from the real poms. */
@Tag("slow")
@EnabledOnOs(value = OS.LINUX, disabledReason = "elsewhere NVIDIA's driver has no such file")
class NativeJarsTest {

    private static final Path CHECKOUT = Path.of("..");

    @TempDir
    private Path folder;

    private Launched launched;

    @BeforeEach
    void aCheckoutWithoutSources() throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "a system with bash");
        String repository = System.getProperty("localRepository", "");
        assumeTrue(
                Files.isDirectory(Path.of(repository, "ai/djl/pytorch/pytorch-native-cpu")),
                "a build that has fetched the CPU's libtorch");
        launched = new Launched(folder);
        Files.delete(folder.resolve("bin/mvn"));
        for (String module :
                List.of(".", "datasets", "toolkit/core", "toolkit/tools", "toolkit/report", "methods", "notebooks")) {
            Path pom = folder.resolve(module).resolve("pom.xml");
            Files.createDirectories(pom.resolveSibling("src/main"));
            Files.write(pom, Files.readAllBytes(CHECKOUT.resolve(module).resolve("pom.xml")));
        }
        Files.createDirectories(folder.resolve("notebooks/target/classes"));
        Files.writeString(
                Files.createDirectories(folder.resolve(".mvn")).resolve("maven.config"),
                "-o\n-Dmaven.repo.local=" + repository + "\n");
        launched.without("PYTORCH_LIBRARY_PATH").with("VIVACE_NVIDIA_DRIVER", folder.resolve("driver"));
    }

    @Test
    void withoutAGpuTheCpusLibtorch() throws Exception {
        assertThat(djlsJars()).anyMatch(jar -> jar.startsWith("pytorch-jni-"));
        assertThat(nativeJars()).hasSize(1).allMatch(jar -> jar.startsWith("pytorch-native-cpu-2.7.1"));
    }

    @Test
    void withAGpuNoLibtorch() throws Exception {
        Files.writeString(folder.resolve("driver"), "");
        assertThat(djlsJars()).anyMatch(jar -> jar.startsWith("pytorch-jni-"));
        assertThat(nativeJars()).isEmpty();
    }

    @Test
    void withAnInstalledPyTorchNoLibtorch() throws Exception {
        launched.with("PYTORCH_LIBRARY_PATH", folder.resolve("torch/lib"));
        assertThat(djlsJars()).anyMatch(jar -> jar.startsWith("pytorch-jni-"));
        assertThat(nativeJars()).isEmpty();
    }

    private List<String> nativeJars() throws Exception {
        return djlsJars().stream()
                .filter(jar -> jar.startsWith("pytorch-native-"))
                .toList();
    }

    /** Java is started too, and finds no class of ours. */
    private List<String> djlsJars() throws Exception {
        Path classPath = folder.resolve("notebooks/target/vivace.classpath");
        if (!Files.exists(classPath)) {
            CommandRun run = launched.start("--version").ended();
            assertThat(run.err()).contains("org.vivace.cli.Vivace").doesNotContain("the build failed");
        }
        try (Stream<String> entries = Arrays.stream(Files.readString(classPath).split(File.pathSeparator))) {
            return entries.map(entry -> Path.of(entry.strip()).getFileName().toString())
                    .filter(jar -> jar.startsWith("pytorch-"))
                    .toList();
        }
    }
}
