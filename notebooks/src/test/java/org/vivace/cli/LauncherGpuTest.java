package org.vivace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What the launcher asks Maven for, and of DJL, with a driver that is a file and a Java that is a script. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "elsewhere NVIDIA's driver has no such file")
class LauncherGpuTest {

    private static final String NO_JAR = "!libtorch-linux-x86_64,!libtorch-linux-aarch64,!libtorch-macos";

    @TempDir
    private Path folder;

    private Launched launched;
    private Path driver;
    private Path asked;

    @BeforeEach
    void aMachineWithoutAGpu() throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "a system with bash");
        launched = new Launched(folder);
        driver = folder.resolve("driver");
        asked = folder.resolve("asked");
        Path jdk = Files.createDirectories(folder.resolve("jdk/bin"));
        String java = "[ \"$1\" != -version ] || exec " + System.getProperty("java.home") + "/bin/java \"$@\"\n"
                + "echo \"offline: $DJL_OFFLINE\"\necho \"flavor: $PYTORCH_FLAVOR\"\n";
        Files.setPosixFilePermissions(
                Files.writeString(jdk.resolve("java"), "#!/bin/sh\n" + java),
                PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(asked, "");
        for (String setting : List.of("DJL_OFFLINE", "PYTORCH_LIBRARY_PATH", "PYTORCH_FLAVOR", "PYTORCH_VERSION")) {
            launched.without(setting);
        }
        launched.with("JAVA_HOME", jdk.getParent()).with("VIVACE_NVIDIA_DRIVER", driver);
        mavenFinds("pytorch-native-cpu.jar");
    }

    @Test
    void theCpusLibtorchIsBuiltInOnlyWhereItIsUsed() throws Exception {
        assertThat(start()).contains("Maven downloads some 250 MB, 150 of them libtorch");
        assertThat(asked()).contains(",libtorch-").doesNotContain("!libtorch-");
        assertThat(start()).doesNotContain("building");
        assertThat(asked()).isEmpty();

        Files.writeString(driver, "");
        assertThat(start()).contains("Maven downloads some 100 MB ...");
        assertThat(asked()).contains(NO_JAR).doesNotContain(",libtorch-");

        // A PyTorch that is installed needs no jar either, so nothing is to be built.
        Files.delete(driver);
        launched.with("PYTORCH_LIBRARY_PATH", folder.resolve("torch/lib"));
        assertThat(start()).doesNotContain("building");
        assertThat(asked()).isEmpty();

        launched.without("PYTORCH_LIBRARY_PATH");
        assertThat(start()).contains("building");
        assertThat(asked()).contains(",libtorch-").doesNotContain("!libtorch-");
    }

    @Test
    void djlMayFetchWhereSomethingIsToBeFetched() throws Exception {
        assertThat(start()).contains("offline: true\n");
        assertThat(start("data")).contains("offline: \n");
        launched.with("PYTORCH_VERSION", "2.5.1");
        assertThat(start()).contains("offline: \n");
        launched.without("PYTORCH_VERSION").with("DJL_OFFLINE", "false");
        assertThat(start()).contains("offline: false\n");
        launched.without("DJL_OFFLINE");

        Files.writeString(driver, "");
        mavenFinds("no-native.jar");
        assertThat(start()).contains("offline: \n");
        launched.with("PYTORCH_LIBRARY_PATH", folder.resolve("torch/lib"));
        assertThat(start()).contains("offline: true\n");
    }

    @Test
    void djlFetchesTheLibtorchForCudaWhereThereIsADriver() throws Exception {
        assertThat(start()).contains("flavor: \n");
        Files.writeString(driver, "");
        assertThat(start()).contains("flavor: cu128\n");
        launched.with("PYTORCH_FLAVOR", "cpu");
        assertThat(start()).contains("flavor: cpu\n");
        launched.without("PYTORCH_FLAVOR").with("PYTORCH_LIBRARY_PATH", folder.resolve("torch/lib"));
        assertThat(start()).contains("flavor: \n");
    }

    private void mavenFinds(String jar) throws IOException {
        Path dependencies = folder.resolve("dependencies");
        Files.writeString(
                dependencies, Files.writeString(folder.resolve(jar), "").toString());
        Files.createDirectories(folder.resolve("notebooks/target/classes"));
        launched.program(
                "mvn",
                "echo \"$@\" >>" + asked + "\ncp " + dependencies + " "
                        + folder.resolve("notebooks/target/vivace.dependencies"));
    }

    private String asked() throws IOException {
        String arguments = Files.readString(asked);
        Files.writeString(asked, "");
        return arguments;
    }

    private String start(String... arguments) throws Exception {
        CommandRun run = launched.start(arguments).ended();
        assertThat(run.code()).as(run.err()).isZero();
        return run.out() + run.err();
    }
}
