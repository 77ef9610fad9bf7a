package org.vivace.dev;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.vivace.bench.NamedWorkloads;
import org.vivace.bench.Workload;
import org.vivace.cells.Home;
import org.vivace.measure.Atomically;
import org.vivace.train.Catalogue;
import org.vivace.train.EfficiencyMethod;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "new",
        description = "Writes the notebook that measures a method, from the method and its card.",
        mixinStandardHelpOptions = true)
final class NotebookNewCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "METHOD", description = "A name from 'vivace methods'.")
    private String method;

    @Option(
            names = "--workload",
            defaultValue = "language",
            paramLabel = "NAME",
            description = "language, vision or classify (default: ${DEFAULT-VALUE}).")
    private String workload;

    @Option(names = "--replace", description = "Overwrite an existing one, whose changes are lost.")
    private boolean replace;

    @Option(names = "--root", paramLabel = "FOLDER", description = "Vivace's sources; the launcher's own by default.")
    private Path root = Home.folder();

    @Override
    public Integer call() {
        EfficiencyMethod named = named();
        if (!learning().contains(workload)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--workload must be one of " + String.join(", ", learning()) + ", got " + workload);
        }
        Path file = root.resolve("notebooks").resolve(Home.kebab(named.name()) + ".ipynb");
        if (Files.exists(file) && !replace) {
            throw new ParameterException(
                    spec.commandLine(),
                    file + " must not be there yet, found one: add --replace to overwrite its changes");
        }
        Atomically.requireWritable(file);
        Atomically.write(file, MethodNotebook.of(root, named, workload).toJson());
        spec.commandLine().getOut().println(file.toAbsolutePath().normalize());
        spec.commandLine().getOut().flush();
        return 0;
    }

    /** The workloads that can be trained, which the notebook also does. */
    private static List<String> learning() {
        return NamedWorkloads.services().values().stream()
                .filter(each -> each.target().isPresent())
                .map(Workload::name)
                .toList();
    }

    private EfficiencyMethod named() {
        try {
            List<EfficiencyMethod> recipe = Catalogue.parse(method);
            if (recipe.size() == 1) {
                return recipe.get(0);
            }
            throw new IllegalArgumentException("METHOD must be one method, got " + recipe.size() + ": name one");
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }
}
