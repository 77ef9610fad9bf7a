package org.vivace.notebooks;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "classify",
        description = "The learning rate of plain DJL on the classify workload.",
        mixinStandardHelpOptions = true)
final class TuneClassifyCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private ClassifyOptions classify;

    @Mixin
    private TuneOptions tune;

    @Mixin
    private JsonOption json;

    @Override
    public Integer call() throws Exception {
        return tune.run(spec, classify.workload(), json);
    }
}
