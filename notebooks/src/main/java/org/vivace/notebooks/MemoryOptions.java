package org.vivace.notebooks;

import java.util.List;
import java.util.OptionalInt;
import org.vivace.measure.BenchRecord;
import org.vivace.train.EfficiencyMethod;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Whether to measure memory beside the step times, and what a fresh JVM is asked for. */
final class MemoryOptions {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--no-memory",
            description = "Leave out the peak memory, which takes a fresh JVM and a few steps for each variant.")
    private boolean without;

    @Option(names = StepMemory.OPTION, hidden = true, description = "What the fresh JVMs are asked for.")
    private Integer only;

    /** The variant that this JVM was started to measure, where it was: 0 is plain DJL, then the recipes. */
    OptionalInt only() {
        return only == null ? OptionalInt.empty() : OptionalInt.of(only);
    }

    /** The record with the peak of plain DJL and of each recipe, unless that was not wanted or there is no time left. */
    BenchRecord into(BenchRecord record, List<List<EfficiencyMethod>> recipes, ProgressBar bar) {
        return without || record.partial()
                ? record
                : StepMemories.measure(recipes, Here.device(), Invocation.arguments(command), bar)
                        .into(record);
    }
}
