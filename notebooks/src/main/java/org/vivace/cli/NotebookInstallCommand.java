package org.vivace.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.vivace.jupyter.InstalledKernel;
import org.vivace.jupyter.Jupyter;
import org.vivace.jupyter.KernelSpec;
import org.vivace.jupyter.KernelTrial;
import org.vivace.jupyter.Registration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

@Command(name = "install", description = "Registers a Java kernel with this checkout's classes in the user's Jupyter.")
final class NotebookInstallCommand extends JupyterCommand {

    /** Jupyter's pattern for the name of a kernel. */
    private static final String NAME = "[a-z0-9._-]+";

    @Option(names = "--name", defaultValue = KERNEL, description = "The kernel's name: ${DEFAULT-VALUE}.")
    private String name;

    @Option(names = "--replace", description = "Replace a kernel of that name from elsewhere.")
    private boolean replace;

    @Option(names = "--check", description = "Then start it and train a step in it.")
    private boolean check;

    @Mixin
    private Outputs.JsonFile json;

    @Override
    public Integer call() throws InterruptedException {
        OptionRange.require(
                spec(), name.matches(NAME), "--name", "small letters, digits, dots, dashes and underscores", name);
        Jupyter jupyter = Jupyter.ofThisProcess();
        if (check) {
            jupyter.require("jupyter-nbconvert");
        }
        Optional<InstalledKernel> there = Optional.ofNullable(jupyter.kernels().get(name));
        there.filter(each -> !each.isOurs() && !replace).ifPresent(each -> {
            throw new ParameterException(
                    spec().commandLine(),
                    "expected no other kernel named " + name + ", found " + each.named()
                            + ": give another --name, or --replace that one");
        });
        KernelSpec spec = kernel(name, jupyter);
        Registration registration = Registration.write(spec, name, jupyter.dataFolder(), there);
        PrintWriter out = spec().commandLine().getOut();
        out.println("The " + spec.kind() + " kernel is registered as " + name + " in " + registration.file());
        registration.before().ifPresent(before -> out.println("The replaced one is kept in " + before));
        if (!jupyter.isHere()) {
            out.println("There is no jupyter on the path yet: install the system's packages jupyter-notebook and"
                    + " jupyter-nbconvert");
        }
        out.flush();
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("name", name);
        all.put("kernel", spec.kind());
        all.put("file", registration.file().toString());
        registration.before().map(Path::toString).ifPresent(before -> all.put("replaced", before));
        all.put("jupyter", jupyter.isHere());
        if (check) {
            String printed = KernelTrial.of(name, jupyter);
            out.println("It started and " + printed);
            all.put("check", printed);
            out.flush();
        }
        json.writeValue(all);
        return 0;
    }
}
