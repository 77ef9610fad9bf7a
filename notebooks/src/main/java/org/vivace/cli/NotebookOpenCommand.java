package org.vivace.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.vivace.jupyter.InstalledKernel;
import org.vivace.jupyter.Jupyter;
import org.vivace.jupyter.KernelSpec;
import org.vivace.jupyter.Registration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(name = "open", description = "Opens Jupyter in this checkout, with the Java kernel registered.")
final class NotebookOpenCommand extends JupyterCommand {

    @Parameters(
            paramLabel = "[FILE] [-- OPTION...]",
            arity = "0..*",
            description = "A notebook, and after -- options of jupyter notebook, such as --no-browser.")
    private List<String> arguments = List.of();

    @Mixin
    private NotebookCommand.Fallback fallback;

    @Override
    public Integer call() throws IOException, InterruptedException {
        arguments.stream()
                .filter(each -> !each.startsWith("-"))
                .findFirst()
                .map(Path::of)
                .ifPresent(file -> NotebookCommand.requireNotebook(spec(), file));
        Jupyter jupyter = Jupyter.ofThisProcess();
        jupyter.require("jupyter-notebook");
        register(jupyter);
        List<String> line = new ArrayList<>(List.of("jupyter", "notebook"));
        arguments.forEach(each -> line.add(
                each.startsWith("-") ? each : Path.of(each).toAbsolutePath().toString()));
        if (arguments.stream().allMatch(each -> each.startsWith("-"))) {
            line.add(KernelOptions.home().toString());
        }
        ProcessBuilder builder = new ProcessBuilder(line)
                .directory(KernelOptions.home().toFile())
                .inheritIO();
        builder.environment().putAll(fallback.environment());
        Process process = builder.start();
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            // This signal makes it end its kernels without asking for confirmation.
            process.destroy();
            process.waitFor();
            throw e;
        }
    }

    /** Vivace's kernel is written again if it is missing or of another build; another kernel of that name is kept. */
    private void register(Jupyter jupyter) throws InterruptedException {
        Optional<InstalledKernel> there = Optional.ofNullable(jupyter.kernels().get(KERNEL));
        if (there.isPresent() && !there.get().isOurs()) {
            spec().commandLine()
                    .getErr()
                    .println("vivace: the kernel java is " + there.get().named()
                            + ", which does not know this checkout: "
                            + "'vivace notebook install --replace' replaces it");
            spec().commandLine().getErr().flush();
            return;
        }
        KernelSpec spec = kernel(KERNEL, jupyter);
        if (!Registration.isCurrent(spec, KERNEL, jupyter.dataFolder())) {
            Registration.write(spec, KERNEL, jupyter.dataFolder(), there);
        }
    }
}
