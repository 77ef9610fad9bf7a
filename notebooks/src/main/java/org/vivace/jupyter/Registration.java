package org.vivace.jupyter;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.vivace.measure.Atomically;

/**
 * The registering of a kernel in a folder of kernels.
 *
 * @param file the kernel.json
 * @param before that of another kernel, which this one replaced, or nothing
 */
public record Registration(Path file, Optional<Path> before) {

    /**
     * Writes the spec, whole or not at all. A kernel.json of another kernel, which the caller has asked about, is kept
     * beside it.
     *
     * @param data Jupyter's data folder
     */
    public static Registration write(KernelSpec spec, String name, Path data, Optional<InstalledKernel> replaced) {
        Path file = data.resolve("kernels").resolve(name).resolve("kernel.json");
        Optional<Path> before = Optional.empty();
        if (replaced.isPresent() && !replaced.get().isOurs() && Files.isReadable(file)) {
            before = Optional.of(Atomically.write(file.resolveSibling("kernel.json.before-vivace"), Texts.read(file)));
        }
        Atomically.write(file, spec.toJson());
        return new Registration(file, before);
    }

    /** Whether the spec is registered just so. */
    public static boolean isCurrent(KernelSpec spec, String name, Path data) {
        Path file = data.resolve("kernels").resolve(name).resolve("kernel.json");
        return Files.isReadable(file) && Texts.read(file).equals(spec.toJson());
    }
}
