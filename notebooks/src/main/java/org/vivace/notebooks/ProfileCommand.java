package org.vivace.notebooks;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code profile WORKLOAD}; each workload is a command of its own, with its own sizes. */
@Command(
        name = "profile",
        description = "Shows where the time and memory of a training step, or of a prediction, go.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "WORKLOAD",
        subcommandsRepeatable = false,
        subcommands = {
            ProfileLanguageCommand.class,
            ProfileVisionCommand.class,
            ProfileClassifyCommand.class,
        })
final class ProfileCommand implements Runnable {

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
