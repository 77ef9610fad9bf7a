package org.vivace.notebooks;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "vision",
        description = "The learning rate of plain DJL on the vision workload.",
        mixinStandardHelpOptions = true)
final class TuneVisionCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private VisionOptions vision;

    @Mixin
    private TuneOptions tune;

    @Mixin
    private JsonOption json;

    @Override
    public Integer call() throws Exception {
        return tune.run(spec, vision.workload(), json);
    }
}
