package org.vivace.torch;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A libtorch in a folder: Python's torch, a libtorch distribution, or one in DJL's cache.
 *
 * @param version {@code 2.7.1}, without what follows such as {@code +cu128}; empty if no file tells it
 * @param cuda whether it is a CUDA build
 */
record InstalledTorch(Path folder, Optional<String> version, boolean cuda) {

    private static final Pattern RELEASE = Pattern.compile("\\d+\\.\\d+\\.\\d+");
    private static final Pattern CACHED = Pattern.compile("(\\d+\\.\\d+\\.\\d+)-.*");

    /** Files beside the folder, and what stands before the version in each. */
    private static final Map<String, Pattern> TELLING = Map.of(
            "version.py", Pattern.compile("__version__ *= *['\"](\\d+\\.\\d+\\.\\d+)"),
            "build-version", Pattern.compile("^(\\d+\\.\\d+\\.\\d+)"),
            "share/cmake/Torch/TorchConfigVersion.cmake", Pattern.compile("PACKAGE_VERSION \"(\\d+\\.\\d+\\.\\d+)"));

    /** The first folder of a list in the form of {@code PATH} that has a libtorch, or that names its file. */
    static Optional<InstalledTorch> in(String paths) {
        String name = System.mapLibraryName("torch");
        return Arrays.stream(paths.split(File.pathSeparator))
                .filter(path -> !path.isBlank())
                .map(Path::of)
                .flatMap(path -> Stream.of(path, path.resolve(name)))
                .filter(path -> Files.isRegularFile(path) && path.endsWith(name))
                .findFirst()
                .map(file -> at(
                        Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(file)));
    }

    private static InstalledTorch at(Path folder) {
        return new InstalledTorch(
                folder, version(folder), Files.exists(folder.resolve(System.mapLibraryName("torch_cuda"))));
    }

    private static Optional<String> version(Path folder) {
        Matcher cached = CACHED.matcher(String.valueOf(folder.getFileName()));
        if (cached.matches()) {
            return Optional.of(cached.group(1));
        }
        return Optional.ofNullable(folder.getParent())
                .flatMap(above -> TELLING.entrySet().stream()
                        .filter(telling -> Files.isRegularFile(above.resolve(telling.getKey())))
                        .map(telling ->
                                telling.getValue().matcher(NativeSettings.text(above.resolve(telling.getKey()))))
                        .filter(Matcher::find)
                        .map(found -> found.group(1))
                        .findFirst());
    }

    /** {@code 2.7.1} of {@code 2.7.1-20250812}; what has no such beginning stays as it is. */
    static String release(String version) {
        Matcher release = RELEASE.matcher(version);
        return release.lookingAt() ? release.group() : version;
    }

    /** Whether a version of three numbers is above another one; false where either is something else. */
    static boolean isNewer(String version, String than) {
        if (!RELEASE.matcher(version).matches() || !RELEASE.matcher(than).matches()) {
            return false;
        }
        return Arrays.compare(numbers(version), numbers(than)) > 0;
    }

    private static int[] numbers(String version) {
        return Arrays.stream(version.split("\\.")).mapToInt(Integer::parseInt).toArray();
    }
}
