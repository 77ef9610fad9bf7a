package org.vivace.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
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

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "expected one of " + String.join(", ", spec.subcommands().keySet()) + ", got none");
    }

    /** Wrong usage where a command was given a notebook that is not there. */
    static void requireNotebook(CommandSpec command, Path file) {
        if (!Files.isReadable(file)) {
            throw new ParameterException(
                    command.commandLine(), "expected a notebook at " + file + ", found none: correct the path");
        }
    }
}
