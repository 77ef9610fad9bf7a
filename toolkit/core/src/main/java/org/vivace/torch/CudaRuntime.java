package org.vivace.torch;

import ai.djl.engine.EngineException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * CUDA's runtime library, without which DJL sees no GPU.
 *
 * @param version {@code 12.8.90}, or {@code 12} where names tell no more; empty where they tell nothing
 */
record CudaRuntime(Path file, Optional<String> version) {

    /** The one that libtorch 2.7.1 is built for. */
    static final int CUDA = 12;

    private static final String PLAIN = "libcudart.so";
    private static final Pattern LIBRARY = Pattern.compile("libcudart(-\\w+)?\\.so(\\.\\d+)*");
    private static final Pattern VERSION = Pattern.compile("\\.so\\.(\\d+(\\.\\d+)*)$");
    private static final Pattern PYTHON_PACKAGE = Pattern.compile("nvidia_cuda_runtime.*-(\\d+(\\.\\d+)*)\\.dist-info");
    private static final List<String> SYSTEM = List.of(
            "usr/lib/x86_64-linux-gnu",
            "usr/lib/aarch64-linux-gnu",
            "usr/lib64",
            "lib64",
            "usr/lib",
            "lib",
            "usr/local/cuda/lib64");

    /**
     * Looks into the libtorch's folder, where one for CUDA has a runtime of its own, and beside it, where Python's
     * packages have it, then where a library is looked for, last where NVIDIA's installer puts it.
     */
    static Optional<CudaRuntime> find(NativeSettings settings, Path torch) {
        if (!settings.isLinux()) {
            return Optional.empty();
        }
        Stream<Path> beside = Stream.of(
                        torch, torch.resolve("../../nvidia/cuda_runtime/lib"), torch.resolve("../../nvidia/cu13/lib"))
                .map(Path::normalize);
        Stream<Path> named = Stream.of("jna.library.path", "LD_LIBRARY_PATH")
                .flatMap(name -> settings.get(name).stream())
                .flatMap(paths -> Arrays.stream(paths.split(File.pathSeparator)))
                .filter(path -> !path.isBlank())
                .map(Path::of);
        Stream<Path> system =
                Stream.concat(configured(settings), SYSTEM.stream().map(settings::file));
        return Stream.of(beside, named, system)
                .flatMap(Function.identity())
                .flatMap(folder -> library(folder).stream())
                .findFirst();
    }

    Path folder() {
        return Optional.ofNullable(file.getParent()).orElse(file);
    }

    /** A folder that has it under the plain name, for which the system's own runtime may be loaded otherwise. */
    Path folderForJna() {
        if (file.endsWith(PLAIN)) {
            return folder();
        }
        try {
            Path folder = Files.createTempDirectory("vivace-cuda");
            Path link = Files.createSymbolicLink(folder.resolve(PLAIN), file.toAbsolutePath());
            folder.toFile().deleteOnExit();
            link.toFile().deleteOnExit();
            return folder;
        } catch (IOException e) {
            throw new EngineException(
                    "expected to link " + file + " as " + PLAIN
                            + " in the folder for temporary files, could not: make room or permit it",
                    e);
        }
    }

    /** The first number of its version, {@link #CUDA} where that is not known. */
    int major() {
        return number(0).orElse(CUDA);
    }

    /** The first number of the oldest driver that it works with. */
    int oldestDriver() {
        return major() > CUDA ? 580 : 525;
    }

    /** Whether it is older, as far as its version is known. */
    boolean isOlderThan(int major, int minor) {
        return number(0)
                .filter(its -> its < major
                        || its == major
                                && number(1).filter(small -> small < minor).isPresent())
                .isPresent();
    }

    /** As in a flavor of DJL's: {@code cu128}; empty where the version is not known so far. */
    Optional<String> flavor() {
        return number(0).flatMap(major -> number(1).map(minor -> "cu" + major + minor));
    }

    private Optional<Integer> number(int place) {
        return version.map(numbers -> numbers.split("\\."))
                .filter(numbers -> numbers.length > place)
                .map(numbers -> Integer.valueOf(numbers[place]));
    }

    private static Optional<CudaRuntime> library(Path folder) {
        return entries(folder)
                .filter(file -> LIBRARY.matcher(name(file)).matches() && Files.isRegularFile(file))
                .max(Comparator.comparing((Path file) -> file.endsWith(PLAIN)).thenComparing(CudaRuntime::name))
                .map(file -> new CudaRuntime(file, version(file)));
    }

    /** Python's package has its whole version in the name of another folder, elsewhere the file has it in its own. */
    private static Optional<String> version(Path file) {
        Path real;
        try {
            real = file.toRealPath();
        } catch (IOException e) {
            throw new EngineException("expected to follow the link " + file + ", could not: repair it", e);
        }
        return entries(file.resolve("../../../..").normalize())
                .map(entry -> PYTHON_PACKAGE.matcher(name(entry)))
                .filter(Matcher::matches)
                .map(matcher -> matcher.group(1))
                .findFirst()
                .or(() -> Optional.of(VERSION.matcher(name(real)))
                        .filter(Matcher::find)
                        .map(matcher -> matcher.group(1)));
    }

    /** What the system's list of library folders adds. */
    private static Stream<Path> configured(NativeSettings settings) {
        return Stream.concat(Stream.of(settings.file("etc/ld.so.conf")), entries(settings.file("etc/ld.so.conf.d")))
                .filter(file -> file.toString().endsWith(".conf") && Files.isReadable(file))
                .flatMap(file -> NativeSettings.text(file).lines())
                .map(String::strip)
                .filter(line -> line.startsWith("/"))
                .map(line -> settings.file(line.substring(1)));
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    private static Stream<Path> entries(Path folder) {
        if (!Files.isDirectory(folder) || !Files.isReadable(folder)) {
            return Stream.empty();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.sorted().toList().stream();
        } catch (IOException e) {
            throw new EngineException("expected to list " + folder + ", could not: permit or repair it", e);
        }
    }
}
