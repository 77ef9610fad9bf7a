package org.vivace.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code profile WORKLOAD}; each workload is a command of its own, with its own sizes. */
@Command(
        name = "profile",
        description = "Shows where the time and memory of a training step, or of a prediction, go.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "WORKLOAD",
        subcommandsRepeatable = false)
final class ProfileCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw WorkloadCommands.none(spec);
    }
}
