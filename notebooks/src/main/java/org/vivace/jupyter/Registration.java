package org.vivace.jupyter;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.vivace.measure.Atomically;

/**
 * The registration of a kernel in a folder of kernels.
 *
 * @param file the kernel.json
 * @param before that of the replaced kernel, if any
 */
public record Registration(Path file, Optional<Path> before) {

    /**
     * Writes the spec, completely or not at all. The kernel.json of a replaced kernel is kept beside it.
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

    /** Whether exactly this spec is registered. */
    public static boolean isCurrent(KernelSpec spec, String name, Path data) {
        Path file = data.resolve("kernels").resolve(name).resolve("kernel.json");
        return Files.isReadable(file) && Texts.read(file).equals(spec.toJson());
    }
}
