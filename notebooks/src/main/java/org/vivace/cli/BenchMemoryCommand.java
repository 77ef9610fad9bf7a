package org.vivace.cli;

import java.util.List;
import org.vivace.bench.Bench;
import org.vivace.bench.BenchRun;
import org.vivace.measure.BenchRecord;
import org.vivace.methods.ActivationCheckpointing;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code bench memory}, for the language model. */
@Command(
        description =
                "Memory of a training step of the language model, and its time: with ActivationCheckpointing unless"
                        + " --methods is given. Memory is measured in a fresh JVM for each variant.")
final class BenchMemoryCommand extends WorkloadCommand {

    @Mixin
    private RecipeOptions recipe;

    @Mixin
    private TimingOptions timing;

    BenchMemoryCommand(SizeOptions sizes) {
        super(sizes);
    }

    @Override
    public Integer call() throws Exception {
        Bench bench = timing.of(recipe.of(Bench.of(workload()), List.of(new ActivationCheckpointing())));
        return Interruption.keeping(() -> {
            BenchRecord record = measured(bench, BenchRun::memoryAndTime);
            json().write(record.toJson());
            Printed.bench(spec(), record, timing.folder());
            return 0;
        });
    }
}
