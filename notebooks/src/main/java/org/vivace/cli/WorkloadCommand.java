package org.vivace.cli;

import java.util.concurrent.Callable;
import java.util.function.Function;
import org.vivace.bench.Bench;
import org.vivace.bench.BenchRun;
import org.vivace.bench.ProgressBar;
import org.vivace.bench.Workload;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command for one workload, whose sizes are its options. */
@Command(mixinStandardHelpOptions = true)
abstract class WorkloadCommand implements Callable<Integer> {

    private final SizeOptions sizes;

    @Spec
    private CommandSpec spec;

    @Mixin
    private Outputs.JsonFile json;

    WorkloadCommand(SizeOptions sizes) {
        this.sizes = sizes;
    }

    final CommandSpec spec() {
        return spec;
    }

    final Outputs.JsonFile json() {
        return json;
    }

    /** At the given sizes; see {@link SizeOptions#workload}. */
    final Workload workload() {
        return sizes.workload(spec);
    }

    /** Runs a measurement of the bench, with its progress on standard error and the command line in its record. */
    final <T> T measured(Bench bench, Function<BenchRun, T> measurement) {
        try (ProgressBar bar = ProgressBar.on(spec.commandLine().getErr())) {
            return measurement.apply(bench.on(bar, Vivace.typed(spec)));
        }
    }
}
