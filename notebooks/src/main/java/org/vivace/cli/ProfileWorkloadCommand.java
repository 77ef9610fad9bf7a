package org.vivace.cli;

import java.util.Optional;
import org.vivace.bench.Bench;
import org.vivace.bench.ProfilePlan;
import org.vivace.bench.StepProfile;
import org.vivace.bench.Workload;
import org.vivace.report.ProfileReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** {@code profile WORKLOAD}. */
@Command(
        description =
                "Where the time of a training step is spent, what bounds it, and which method would help by how much.")
final class ProfileWorkloadCommand extends WorkloadCommand {

    @Mixin
    private MethodsOption recipe;

    @Option(
            names = "--steps",
            defaultValue = "20",
            paramLabel = "N",
            description = "Profile that many steps; about two and a half times as many more are run"
                    + " (default: ${DEFAULT-VALUE}).")
    private int steps;

    @Option(names = "--inference", description = "Profile predictions too.")
    private boolean inference;

    @Option(
            names = "--check",
            description = "Then measure the methods that the verdict names, each alone, and show predicted and measured"
                    + " gain side by side; not with --methods.")
    private boolean check;

    @Option(names = "--calibrate", description = "Measure this machine's peak rates again.")
    private boolean calibrate;

    @Mixin
    private Outputs.Folder out = new Outputs.Folder("vivace-profile");

    ProfileWorkloadCommand(SizeOptions sizes) {
        super(sizes);
    }

    @Override
    public Integer call() {
        Workload workload = workload();
        Bench bench = recipe.with(Bench.of(workload));
        ProfilePlan plan = plan();
        StepProfile.Measured found = measured(bench, run -> run.profile(plan));
        ProfileReport report = Interruption.shielded(
                () -> ProfileReport.write(found.record(), Optional.of(found.operators()), out.path()));
        Printed.profile(spec(), found.record(), report);
        json().write(found.record().toJson());
        return 0;
    }

    private ProfilePlan plan() {
        OptionRange.require(spec(), steps >= 1, "--steps", "1 or more", steps);
        if (check && recipe.given()) {
            throw new ParameterException(
                    spec().commandLine(),
                    "--check measures methods against plain DJL, got --methods too: omit one of them");
        }
        return new ProfilePlan(steps, inference, check, calibrate);
    }
}
