package org.vivace.cli;

import java.util.concurrent.Callable;
import org.vivace.jupyter.Jupyter;
import org.vivace.jupyter.KernelSpec;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that uses a Java kernel in the system's Jupyter. */
@Command(mixinStandardHelpOptions = true)
abstract class JupyterCommand implements Callable<Integer> {

    static final String KERNEL = "java";

    @Spec
    private CommandSpec spec;

    @Mixin
    private KernelOptions kernel;

    final CommandSpec spec() {
        return spec;
    }

    /** The requested kernel, under this name. */
    final KernelSpec kernel(String name, Jupyter jupyter) throws InterruptedException {
        return kernel.spec(name, jupyter);
    }
}
