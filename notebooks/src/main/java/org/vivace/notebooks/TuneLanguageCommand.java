package org.vivace.notebooks;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "language",
        description = "The learning rate of plain DJL on the language workload.",
        mixinStandardHelpOptions = true)
final class TuneLanguageCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private LanguageOptions language;

    @Mixin
    private TuneOptions tune;

    @Mixin
    private JsonOption json;

    @Override
    public Integer call() throws Exception {
        return tune.run(spec, language.workload(), json);
    }
}
