package org.vivace.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code bench WORKLOAD}; each workload is a command of its own, with its own sizes. */
@Command(
        name = "bench",
        description = "Measures what methods give, against plain DJL in the same process.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "WORKLOAD",
        subcommandsRepeatable = false)
final class BenchCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw WorkloadCommands.none(spec);
    }
}
