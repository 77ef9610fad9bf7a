package org.vivace.dev;

import java.nio.file.Path;
import org.vivace.cells.Home;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "readme",
        hidden = true,
        description = "Makes the README's table of results anew from the records in " + Home.RESULTS + ".",
        mixinStandardHelpOptions = true)
final class ReadmeCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Option(names = "--root", paramLabel = "FOLDER", description = "Vivace's sources; the launcher's own by default.")
    private Path root = Path.of(System.getProperty("vivace.home", "."));

    @Override
    public void run() {
        boolean changed = ReadmeTable.update(root);
        spec.commandLine()
                .getOut()
                .println(changed ? "README.md now shows the records." : "README.md shows the records already.");
        spec.commandLine().getOut().flush();
    }
}
