package org.vivace.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.vivace.bench.Bench;
import org.vivace.bench.ProgressBar;
import org.vivace.bench.Trainings;
import org.vivace.bench.Workload;
import org.vivace.measure.BenchRecord;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench WORKLOAD}. */
@Command(
        description = "A training step, method by method; with --seeds also how soon and how well the model learns.",
        mixinStandardHelpOptions = true)
final class BenchWorkloadCommand implements Callable<Integer> {

    private final SizeOptions sizes;

    @Spec
    private CommandSpec spec;

    @Mixin
    private RecipeOptions recipe;

    @Mixin
    private TimingOptions timing;

    @Mixin
    private QualityOptions quality;

    @Option(
            names = "--no-memory",
            description = "Leave out the peak memory, which takes a fresh JVM and a few steps for each variant.")
    private boolean withoutMemory;

    @Mixin
    private JsonOption json;

    BenchWorkloadCommand(SizeOptions sizes) {
        this.sizes = sizes;
    }

    @Override
    public Integer call() throws Exception {
        Workload workload = sizes.workload(spec);
        Trainings trainings = quality.trainings(workload);
        Bench bench = timing.of(recipe.of(Bench.of(workload))).trainings(trainings);
        Path kept = timing.folder().resolve("record.json");
        return Interruption.keeping(() -> {
            BenchRecord record;
            try (ProgressBar bar = ProgressBar.on(timing.err())) {
                record = bench.on(bar, Invocation.of(spec))
                        .all(
                                !withoutMemory,
                                soFar -> Uninterrupted.get(
                                        () -> soFar.asPartial().write(kept)));
            }
            record = quality.withNote(record);
            Printed.bench(spec, record, timing.folder());
            json.write(record.toJson());
            return quality.answered(record) ? 0 : 1;
        });
    }
}
