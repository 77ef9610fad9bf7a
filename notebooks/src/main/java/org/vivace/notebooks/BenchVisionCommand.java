package org.vivace.notebooks;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "vision",
        description = "ResNet-9 on images of 32x32: step times and, with --seeds, what it learns.",
        mixinStandardHelpOptions = true)
final class BenchVisionCommand implements Callable<Integer>, WorkloadCommand {

    @Spec
    private CommandSpec spec;

    @Mixin
    private VisionOptions vision;

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
        return vision.workload();
    }

    @Override
    public Integer call() throws Exception {
        return StepBench.run(spec, workload(), recipe, timing, memory, quality, json);
    }
}
