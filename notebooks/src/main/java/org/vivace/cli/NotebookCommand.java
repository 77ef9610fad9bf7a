package org.vivace.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.vivace.cells.Live;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "notebook",
        description = "The notebooks in Jupyter: its Java kernel, running, opening and writing them.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            NotebookInstallCommand.class,
            NotebookRunCommand.class,
            NotebookOpenCommand.class,
        })
final class NotebookCommand implements Runnable {

    /** Whether notebooks with kept records, such as the talk, show those and measure nothing. */
    static final class Fallback {

        @Option(
                names = "--fallback",
                description =
                        "Show kept records in place of measurements, and say so, in notebooks that have them: the talk.")
        private boolean fallback;

        /** For the kernel's environment. */
        Map<String, String> environment() {
            return fallback ? Map.of(Live.FALLBACK, "1") : Map.of();
        }
    }

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "expected one of " + String.join(", ", spec.subcommands().keySet()) + ", got none");
    }

    /** Throws a usage error if the given notebook does not exist. */
    static void requireNotebook(CommandSpec command, Path file) {
        if (!Files.isReadable(file)) {
            throw new ParameterException(
                    command.commandLine(), "expected a notebook at " + file + ", found none: correct the path");
        }
    }
}
