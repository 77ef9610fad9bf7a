package org.vivace.cli;

import java.util.Optional;
import java.util.concurrent.Callable;
import org.vivace.bench.Bench;
import org.vivace.bench.ProgressBar;
import org.vivace.bench.StepProfile;
import org.vivace.bench.Workload;
import org.vivace.report.ProfileReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code profile WORKLOAD}. */
@Command(
        description = "Where a training step goes, what bounds it, and which method would help by how much.",
        mixinStandardHelpOptions = true)
final class ProfileWorkloadCommand implements Callable<Integer> {

    private final SizeOptions sizes;

    @Spec
    private CommandSpec spec;

    @Mixin
    private ProfileOptions options;

    @Mixin
    private JsonOption json;

    ProfileWorkloadCommand(SizeOptions sizes) {
        this.sizes = sizes;
    }

    @Override
    public Integer call() {
        Workload workload = sizes.workload(spec);
        Bench bench = options.of(Bench.of(workload));
        StepProfile.Measured found;
        try (ProgressBar bar = ProgressBar.on(spec.commandLine().getErr())) {
            found = bench.on(bar, Invocation.of(spec)).profile(options.plan());
        }
        ProfileReport report = Uninterrupted.get(
                () -> ProfileReport.write(found.record(), Optional.of(found.operators()), options.folder()));
        Printed.profile(spec, found.record(), report);
        json.write(found.record().toJson());
        return 0;
    }
}
