package org.vivace.cli;

import java.nio.file.Path;
import org.vivace.bench.Bench;
import org.vivace.bench.NativeRecipe;
import org.vivace.bench.Trainings;
import org.vivace.bench.Workload;
import org.vivace.measure.BenchRecord;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench WORKLOAD}. */
@Command(description = "A training step, method by method; with --seeds also how soon and how well the model learns.")
final class BenchWorkloadCommand extends WorkloadCommand {

    @Mixin
    private RecipeOptions recipe;

    @Mixin
    private TimingOptions timing;

    @Mixin
    private QualityOptions quality;

    @Option(
            names = "--no-memory",
            description = "Do not measure the peak memory, which takes a fresh JVM and a few steps for each variant.")
    private boolean withoutMemory;

    BenchWorkloadCommand(SizeOptions sizes) {
        super(sizes);
    }

    @Override
    public Integer call() throws Exception {
        Workload workload = workload();
        Trainings trainings = quality.trainings(workload);
        NativeRecipe here = recipe.here(workload);
        Bench bench = timing.of(recipe.of(Bench.of(workload), here.methods())).trainings(trainings);
        Path kept = timing.folder().resolve("record.json");
        return Interruption.keeping(() -> {
            BenchRecord record = here.noted(quality.withNote(measured(
                    bench,
                    run -> run.all(
                            !withoutMemory,
                            soFar -> Interruption.shielded(
                                    () -> soFar.asPartial().write(kept))))));
            Printed.bench(spec(), record, timing.folder());
            json().write(record.toJson());
            return quality.answered(record) ? 0 : 1;
        });
    }
}
