package org.vivace.cli;

import java.nio.file.Path;
import java.time.Duration;
import org.vivace.bench.Bench;
import org.vivace.bench.ProgressBar;
import org.vivace.measure.PairedTiming;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How long to measure and where to write. */
final class TimingOptions {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--steps",
            defaultValue = "36",
            paramLabel = "N",
            description =
                    "Time that many steps of each variant after the warm-up, at least 6; 80 detect a difference of 3 %%"
                            + " even on a disturbed machine (default: ${DEFAULT-VALUE}).")
    private int steps;

    @Option(
            names = "--seconds",
            defaultValue = "450",
            paramLabel = "S",
            description = "Begin no round that would not end in this time (default: ${DEFAULT-VALUE}).")
    private double seconds;

    @Mixin
    private Outputs.Folder out = new Outputs.Folder("vivace-bench");

    Path folder() {
        return out.path();
    }

    /** The bench with this length of step times. */
    Bench of(Bench bench) {
        return bench.rounds(rounds()).within(seconds);
    }

    /** A plan of the same length that times plain DJL twice and shows its progress. */
    PairedTiming plan(ProgressBar bar) {
        return PairedTiming.rounds(rounds())
                .within(Duration.ofMillis((long) Math.ceil(1000 * seconds)))
                .withBaselineAgain()
                .reportingTo(at -> bar.show(at.share(), at.left(), at.phase() + ": " + at.variant()));
    }

    /** Two steps of each variant in a round. */
    private int rounds() {
        OptionRange.require(command, steps >= 2 * PairedTiming.LEAST_ROUNDS, "--steps", "6 or more", steps);
        OptionRange.require(command, seconds > 0 && seconds < 1e9, "--seconds", "above 0", seconds);
        return (steps + 1) / 2;
    }
}
