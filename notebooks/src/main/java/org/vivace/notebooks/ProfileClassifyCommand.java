package org.vivace.notebooks;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(name = "classify", description = "An encoder over mails of varying length.", mixinStandardHelpOptions = true)
final class ProfileClassifyCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private ClassifyOptions classify;

    @Mixin
    private ProfileOptions profile;

    @Mixin
    private JsonOption json;

    @Override
    public Integer call() throws Exception {
        return WorkloadProfile.run(spec, classify.workload(), profile, json);
    }
}
