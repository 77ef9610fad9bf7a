package org.vivace.dev;

import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "pairs",
        hidden = true,
        description = "Trains each two methods together and makes the table in methods/README.md anew.",
        mixinStandardHelpOptions = true)
final class PairsCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Option(names = "--root", paramLabel = "FOLDER", description = "Vivace's sources; the launcher's own by default.")
    private Path root = Path.of(System.getProperty("vivace.home", "."));

    @Override
    public void run() {
        boolean changed = PairTable.update(root);
        spec.commandLine()
                .getOut()
                .println(
                        changed
                                ? "methods/README.md now shows the pairs."
                                : "methods/README.md shows the pairs already.");
        spec.commandLine().getOut().flush();
    }
}
