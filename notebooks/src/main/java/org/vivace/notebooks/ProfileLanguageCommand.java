package org.vivace.notebooks;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(name = "language", description = "A decoder language model over bytes.", mixinStandardHelpOptions = true)
final class ProfileLanguageCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private LanguageOptions language;

    @Mixin
    private ProfileOptions profile;

    @Mixin
    private JsonOption json;

    @Override
    public Integer call() throws Exception {
        return WorkloadProfile.run(spec, language.workload(), profile, json);
    }
}
