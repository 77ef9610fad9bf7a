package org.vivace.notebooks;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(name = "vision", description = "ResNet-9 on images of 32x32.", mixinStandardHelpOptions = true)
final class ProfileVisionCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private VisionOptions vision;

    @Mixin
    private ProfileOptions profile;

    @Mixin
    private JsonOption json;

    @Override
    public Integer call() throws Exception {
        return WorkloadProfile.run(spec, vision.workload(), profile, json);
    }
}
