package org.vivace.notebooks;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "language",
        description = "A decoder language model over bytes: step times and, with --seeds, what it learns.",
        mixinStandardHelpOptions = true)
final class BenchLanguageCommand implements Callable<Integer>, WorkloadCommand {

    @Spec
    private CommandSpec spec;

    @Mixin
    private LanguageOptions language;

    @Mixin
    private RecipeOptions recipe;

    @Mixin
    private TimingOptions timing;

    @Mixin
    private MemoryOptions memory;

    @Mixin
    private QualityOptions quality;

    @Mixin
    private JsonOption json;

    @Override
    public Workload workload() throws IOException {
        return language.workload();
    }

    @Override
    public Integer call() throws Exception {
        return StepBench.run(spec, workload(), recipe, timing, memory, quality, json);
    }
}
