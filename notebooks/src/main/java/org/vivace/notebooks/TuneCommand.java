package org.vivace.notebooks;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tune WORKLOAD}; each workload is a command of its own, with its own sizes. */
@Command(
        name = "tune",
        description =
                "Searches the learning rate at which plain DJL learns a workload best, so that methods are compared"
                        + " with plain DJL at its best.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "WORKLOAD",
        subcommandsRepeatable = false,
        subcommands = {
            TuneLanguageCommand.class,
            TuneVisionCommand.class,
            TuneClassifyCommand.class,
        })
final class TuneCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "expected a workload, one of "
                        + String.join(", ", spec.subcommands().keySet()) + ", got none");
    }
}
