package org.vivace.notebooks;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bench WORKLOAD}; each workload is a command of its own, with its own sizes. */
@Command(
        name = "bench",
        description = "Measures what methods give, against plain DJL in the same process.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "WORKLOAD",
        subcommandsRepeatable = false,
        subcommands = {
            BenchLanguageCommand.class,
            BenchVisionCommand.class,
            BenchClassifyCommand.class,
            BenchOptimizerCommand.class,
            BenchMemoryCommand.class,
        })
final class BenchCommand implements Runnable {

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
