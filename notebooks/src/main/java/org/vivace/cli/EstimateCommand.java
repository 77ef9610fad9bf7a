package org.vivace.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code estimate WORKLOAD}; each workload is a command of its own, with its own sizes. */
@Command(
        name = "estimate",
        description = "What a training step costs before it runs: FLOPs, memory and time; --check runs it and tells the"
                + " error. The first time, operations are timed one by one, for some seconds.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "WORKLOAD",
        subcommandsRepeatable = false)
final class EstimateCommand implements Callable<Integer> {

    static final String TABLE = "--table";

    @Spec
    private CommandSpec spec;

    @Option(
            names = TABLE,
            description = "Check every workload with and without methods at two batch sizes: a quarter of an hour.")
    private boolean table;

    @Mixin
    private JsonOption json;

    @Override
    public Integer call() throws Exception {
        if (table) {
            return EstimateTable.run(spec, json);
        }
        throw WorkloadCommands.none(spec);
    }
}
