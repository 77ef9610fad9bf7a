package org.vivace.notebooks;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "language",
        description = "A decoder language model over bytes: step times and, with --seeds, what it learns.",
        mixinStandardHelpOptions = true)
final class BenchLanguageCommand implements Callable<Integer> {

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
    public Integer call() throws Exception {
        return StepBench.run(spec, language.workload(), recipe, timing, memory, quality, json);
    }
}
