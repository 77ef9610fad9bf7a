package org.vivace.cli;

import java.nio.file.Path;
import org.vivace.bench.Bench;
import org.vivace.bench.ProfilePlan;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What to profile, how long, and where to write. */
final class ProfileOptions {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--methods",
            paramLabel = "A,B(0.3),C",
            description =
                    "Profile training with these; 'vivace methods' lists them; 'none' for Vivace's trainer without"
                            + " any (default: plain DJL).")
    private String written;

    @Option(
            names = "--steps",
            defaultValue = "20",
            paramLabel = "N",
            description = "Split that many steps; about two and a half times as many more are made"
                    + " (default: ${DEFAULT-VALUE}).")
    private int steps;

    @Option(names = "--inference", description = "Profile predictions too.")
    private boolean inference;

    @Option(
            names = "--check",
            description = "Then measure the methods that the verdict names, each alone, and tell predicted and measured"
                    + " gain side by side; not with --methods.")
    private boolean check;

    @Option(names = "--calibrate", description = "Measure again what this machine can do at best.")
    private boolean calibrate;

    @Option(
            names = "--out",
            defaultValue = "vivace-profile",
            paramLabel = "DIR",
            description = "Write record, tables, plots and page here (default: ${DEFAULT-VALUE}).")
    private Path folder;

    Path folder() {
        return folder;
    }

    /** The bench of the recipe asked for, else of plain DJL. */
    Bench of(Bench bench) {
        return written == null ? bench : bench.with(RecipeOptions.parse(command, written));
    }

    ProfilePlan plan() {
        OptionRange.require(command, steps >= 1, "--steps", "1 or more", steps);
        if (check && written != null) {
            throw new ParameterException(
                    command.commandLine(),
                    "--check measures methods against plain DJL, got --methods too: leave one of them out");
        }
        return new ProfilePlan(steps, inference, check, calibrate);
    }
}
