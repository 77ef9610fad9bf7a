package org.vivace.torch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A Linux machine whose files are empty ones in a folder, with DJL's real jars in its class path. */
final class FakeMachine {

    private final Path root;
    private final Map<String, String> environment = new HashMap<>();
    private boolean nativeJar = true;

    FakeMachine(Path root) {
        this.root = root;
    }

    Path root() {
        return root;
    }

    Path path(String file) {
        return root.resolve(file);
    }

    /** DJL's. */
    Path cache() {
        return path(".djl.ai/pytorch");
    }

    FakeMachine with(String name, Object value) {
        environment.put(name, value.toString());
        return this;
    }

    FakeMachine without(String name) {
        environment.remove(name);
        return this;
    }

    FakeMachine withoutNativeJar() {
        nativeJar = false;
        return this;
    }

    FakeMachine withDriver(String version) {
        return withFile(
                "proc/driver/nvidia/version",
                List.of(
                        "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  " + version + "  Release Build",
                        "GCC version:  gcc version 12.3.0"));
    }

    FakeMachine withFiles(String... files) {
        for (String file : files) {
            withFile(file, List.of());
        }
        return this;
    }

    FakeMachine withFile(String file, List<String> lines) {
        try {
            Files.createDirectories(root.resolve(file).getParent());
            Files.write(root.resolve(file), lines);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Python's torch in {@code site}, chosen by {@code PYTORCH_LIBRARY_PATH}. */
    FakeMachine withPythonsTorch(String version) {
        return withFiles("site/torch/lib/libtorch.so", "site/torch/lib/libtorch_cpu.so")
                .withFile(
                        "site/torch/version.py",
                        List.of("from typing import Optional", "__version__ = '" + version + "'"))
                .with("PYTORCH_LIBRARY_PATH", root.resolve("site/torch/lib"));
    }

    NativeChoice choice() {
        Map<String, String> properties = Map.of(
                "os.name",
                "Linux",
                "os.arch",
                "amd64",
                "user.home",
                root.toString(),
                "java.io.tmpdir",
                root.toString());
        List<Path> jars = nativeJar ? List.of(root.resolve("cpu.properties")) : List.of();
        withFile("cpu.properties", List.of("version=2.7.1-20250812", "flavor=cpu", "classifier=linux-x86_64"));
        return NativeChoice.of(new NativeSettings(environment, properties, root, new Classes(jars)));
    }

    NativeCheck check() {
        return NativeCheck.of(choice());
    }

    /** This process's class path, with other native jars. */
    private static final class Classes extends ClassLoader {

        private final List<Path> jars;

        Classes(List<Path> jars) {
            super(FakeMachine.class.getClassLoader());
            this.jars = jars;
        }

        @Override
        public Enumeration<URL> getResources(String name) throws IOException {
            if (!name.equals("native/lib/pytorch.properties")) {
                return super.getResources(name);
            }
            List<URL> said = new ArrayList<>();
            for (Path jar : jars) {
                said.add(jar.toUri().toURL());
            }
            return Collections.enumeration(said);
        }
    }
}
