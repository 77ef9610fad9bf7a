package org.vivace.cli;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.vivace.cells.Home;
import org.vivace.jupyter.InstalledKernel;
import org.vivace.jupyter.Jupyter;
import org.vivace.jupyter.KernelSpec;
import org.vivace.jupyter.KernelSpecs;
import picocli.CommandLine.Option;

/** The choice of the Java kernel. */
final class KernelOptions {

    /** The available kernels. */
    enum Kind {
        IJAVA,
        MAVEN
    }

    @Option(
            names = "--kernel",
            paramLabel = "KIND",
            description = "ijava or maven; by default IJava if Jupyter has it, else the one from Maven.")
    private Kind kind;

    /** The spec of that kernel, for this checkout. */
    KernelSpec spec(String name, Jupyter jupyter) throws InterruptedException {
        Path home = home();
        if (kind == Kind.MAVEN) {
            return KernelSpecs.maven(name, home);
        }
        Map<String, InstalledKernel> kernels = jupyter.kernels();
        Optional<Path> jar = KernelSpecs.ijavaJar(kernels);
        if (jar.isPresent()) {
            return KernelSpecs.ijava(name, home, jar.get());
        }
        if (kind == Kind.IJAVA) {
            throw new IllegalStateException("expected IJava among Jupyter's kernels, found "
                    + (kernels.isEmpty() ? "none" : String.join(", ", kernels.keySet()))
                    + ": install it, or choose --kernel maven");
        }
        return KernelSpecs.maven(name, home);
    }

    /** The checkout. */
    static Path home() {
        return Home.folder().toAbsolutePath();
    }
}
