package org.vivace.cli;

import java.util.List;
import java.util.concurrent.Callable;
import org.vivace.bench.Bench;
import org.vivace.bench.ProgressBar;
import org.vivace.measure.BenchRecord;
import org.vivace.methods.ActivationCheckpointing;
import org.vivace.workloads.Language;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code bench memory}. */
@Command(
        description =
                "Memory of a training step of the language model, and its time: ActivationCheckpointing unless told"
                        + " otherwise. Memory is that of a fresh JVM for each variant.",
        mixinStandardHelpOptions = true)
final class BenchMemoryCommand implements Callable<Integer> {

    private final SizeOptions sizes;

    @Spec
    private CommandSpec spec;

    @Mixin
    private RecipeOptions recipe;

    @Mixin
    private TimingOptions timing;

    @Mixin
    private JsonOption json;

    BenchMemoryCommand(SizeOptions sizes) {
        this.sizes = sizes;
    }

    /** Of the language model. */
    static void addTo(CommandSpec bench) {
        SizeOptions sizes = new SizeOptions(new Language());
        CommandSpec spec = CommandSpec.forAnnotatedObject(new BenchMemoryCommand(sizes));
        sizes.addTo(spec);
        bench.addSubcommand("memory", spec);
    }

    @Override
    public Integer call() throws Exception {
        Bench of = Bench.of(sizes.workload(spec));
        Bench bench = timing.of(recipe.of(of, List.of(new ActivationCheckpointing())));
        return Interruption.keeping(() -> {
            BenchRecord record;
            try (ProgressBar bar = ProgressBar.on(timing.err())) {
                record = bench.on(bar, Invocation.of(spec)).memoryAndTime();
            }
            json.write(record.toJson());
            Printed.bench(spec, record, timing.folder());
            return 0;
        });
    }
}
