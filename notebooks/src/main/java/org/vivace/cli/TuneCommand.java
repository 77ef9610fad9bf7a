package org.vivace.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code tune WORKLOAD}; each workload is a command of its own, with its own sizes. */
@Command(
        name = "tune",
        description =
                "Searches the learning rate at which plain DJL learns a workload best, so that methods are compared"
                        + " with plain DJL at its best.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "WORKLOAD",
        subcommandsRepeatable = false)
final class TuneCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw WorkloadCommands.none(spec);
    }
}
