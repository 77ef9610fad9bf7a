package org.vivace.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.vivace.measure.BenchRecord;
import org.vivace.measure.Figures;
import org.vivace.measure.Interval;
import org.vivace.measure.Quality;
import org.vivace.measure.QualityArm;
import org.vivace.measure.SeedSummary;
import org.vivace.measure.Verdict;

/** What trainings over seeds found, in sentences. */
final class QualityWords {

    private static final String NOT_TOLD = "not distinguishable";

    private QualityWords() {}

    /** One sentence on the recipe: when it came to the target, and whether it learned as well. */
    static String headline(BenchRecord record) {
        Quality quality = record.quality().orElseThrow();
        QualityArm recipe = recipe(quality).orElse(null);
        if (recipe == null) {
            return "Only " + Words.BASELINE + " was trained to " + goal(quality) + ", so there is nothing to compare.";
        }
        return time(quality, recipe) + "; " + learned(quality, recipe) + ".";
    }

    /** How much sooner the recipe came to the target than plain DJL, as short as a title. */
    static String title(Quality quality) {
        String there = quality.target().isEmpty() ? "where " + Words.BASELINE + " ends" : "at " + target(quality);
        return recipe(quality)
                .flatMap(arm -> arm.speedup()
                        .map(speedup -> Figures.ratio(speedup.median()) + " times as soon " + there + reservation(arm)))
                .orElse("How soon they are " + there);
    }

    private static String reservation(QualityArm arm) {
        if (arm.trials().size() == 1) {
            return " (one seed)";
        }
        return arm.verdict().equals(Optional.of(Verdict.NOT_DISTINGUISHABLE)) ? " (" + NOT_TOLD + ")" : "";
    }

    /** The measure, and which way is better. */
    static String axis(Quality quality) {
        return quality.measure().name()
                + (quality.measure().higherIsBetter() ? " (higher is better)" : " (lower is better)");
    }

    /** The trained recipe with the most methods, the first of them. */
    static Optional<QualityArm> recipe(Quality quality) {
        return quality.arms().stream()
                .skip(1)
                .reduce((a, b) -> b.methods().size() > a.methods().size() ? b : a);
    }

    /** Notes on the table: the target, which arms missed it, and what cannot be concluded from so few seeds. */
    static List<String> notes(Quality quality) {
        List<String> notes = new ArrayList<>();
        int seeds = quality.baseline().trials().size();
        notes.add("The goal is " + goal(quality) + "; the quality is in "
                + quality.measure().name() + ", "
                + (quality.measure().higherIsBetter() ? "higher" : "lower") + " is better, of " + seeds(seeds)
                + " with mean and standard deviation (SD).");
        if (quality.arms().stream().anyMatch(arm -> arm.reached() < arm.trials().size())) {
            notes.add("Where not every seed reached the target, there is no time to it and no speedup.");
        }
        for (QualityArm arm : quality.arms()) {
            if (arm.finalQuality().isEmpty()) {
                notes.add("A training of " + arm.name() + " diverged, so its quality has no mean.");
            }
        }
        if (seeds < 2) {
            notes.add("One seed says nothing about quality: the spread over seeds is not known.");
        }
        for (QualityArm arm : quality.arms()) {
            arm.gain()
                    .filter(gain ->
                            arm.seedsToTell().isPresent() && verdict(gain).equals(NOT_TOLD))
                    .ifPresent(gain -> notes.add(seeds(seeds) + " cannot distinguish the quality of " + arm.name()
                            + " from that of " + Words.BASELINE + "; if the difference is "
                            + amount(Math.abs(gain.mean()), gain.sd()) + ", as found, it would take "
                            + arm.seedsToTell().getAsLong() + " seeds to see it in 8 of 10 repetitions."));
        }
        return notes;
    }

    private static String time(Quality quality, QualityArm recipe) {
        QualityArm baseline = quality.baseline();
        if (recipe.speedup().isPresent()) {
            return compared(quality, recipe, recipe.speedup().get());
        }
        if (recipe.secondsToTarget().isPresent() && baseline.secondsToTarget().isPresent()) {
            return "The recipe or " + Words.BASELINE + " met " + goal(quality)
                    + " before its first step, so there is no time to compare";
        }
        return "The target of " + target(quality) + " was reached by the recipe from " + some(recipe) + " and by "
                + Words.BASELINE + " from " + some(baseline) + ", so there is no time to compare";
    }

    private static String compared(Quality quality, QualityArm recipe, Interval speedup) {
        Verdict verdict = Verdict.of(speedup);
        String fast = Figures.ratio(speedup.median()) + " times as fast";
        String found = switch (verdict) {
            case FASTER -> fast + " as " + Words.BASELINE;
            case SLOWER -> "slower than " + Words.BASELINE + ", " + fast;
            case NOT_TIMED -> verdict.toString();
            case NOT_DISTINGUISHABLE -> NOT_TOLD + " from " + Words.BASELINE + ", " + fast;
        };
        String interval = Double.isFinite(speedup.low())
                ? "95 % interval " + Figures.ratio(speedup.low()) + " to " + Figures.ratio(speedup.high()) + ", "
                : "";
        return "The recipe comes to " + goal(quality) + " in "
                + Figures.seconds(recipe.secondsToTarget().orElseThrow().mean()) + " instead of "
                + Figures.seconds(
                        quality.baseline().secondsToTarget().orElseThrow().mean()) + ", " + found + " (" + interval
                + seeds(recipe.trials().size()) + ")";
    }

    private static String learned(Quality quality, QualityArm recipe) {
        return recipe.gain()
                .map(gain -> learned(quality, gain))
                .orElse("a training diverged, so it is not known whether the recipe learns as well");
    }

    private static String learned(Quality quality, SeedSummary gain) {
        if (gain.count() < 2) {
            return "one seed does not tell whether it learns as well";
        }
        String by = " by " + amount(Math.abs(gain.mean()), gain.sd()) + " "
                + quality.measure().name();
        return switch (verdict(gain)) {
            case "better" -> "at the end of its training it is better" + by;
            case "worse" -> "at the end of its training it is worse" + by;
            default ->
                "at the end of its training it is " + NOT_TOLD + " in quality (difference "
                        + gain(gain).replace(" (", " " + quality.measure().name() + ", 95 % interval ");
        };
    }

    /** Whether the gain's interval excludes zero: better, worse or not distinguishable. */
    static String verdict(SeedSummary gain) {
        if (gain.count() < 2) {
            return "one seed";
        }
        return gain.low() > 0 ? "better" : gain.high() < 0 ? "worse" : NOT_TOLD;
    }

    static String goal(Quality quality) {
        return quality.target().isEmpty()
                ? "what " + Words.BASELINE + " reaches at its end"
                : "the target of " + target(quality);
    }

    static String target(Quality quality) {
        return quality.target().isEmpty()
                ? "what " + Words.BASELINE + " reaches"
                : Figures.significant(quality.target().getAsDouble()) + " "
                        + quality.measure().name();
    }

    private static String some(QualityArm arm) {
        int of = arm.trials().size();
        return (arm.reached() == 0 ? "none" : String.valueOf(arm.reached())) + " of " + seeds(of);
    }

    static String seeds(int count) {
        return count + (count == 1 ? " seed" : " seeds");
    }

    /** The time to the target, or in words that there is none. */
    static String timeToTarget(QualityArm arm) {
        return arm.secondsToTarget()
                .map(QualityWords::secondsAndSd)
                .orElse(arm.reached() == 0 ? "never reached" : "not always reached");
    }

    /** The quality at the end of the trainings, or in words that it has no mean. */
    static String end(QualityArm arm) {
        return arm.finalQuality().map(QualityWords::meanAndSd).orElse("diverged");
    }

    static String meanAndSd(SeedSummary quality) {
        return Double.isFinite(quality.sd())
                ? amount(quality.mean(), quality.sd()) + " \u00b1 " + amount(quality.sd(), quality.sd())
                : Figures.significant(quality.mean());
    }

    static String secondsAndSd(SeedSummary seconds) {
        int decimals = seconds.mean() < 99.5 || seconds.sd() < 1 ? 1 : 0;
        String mean = Figures.fixed(seconds.mean(), decimals);
        return Double.isFinite(seconds.sd())
                ? mean + " \u00b1 " + Figures.fixed(seconds.sd(), decimals) + " s"
                : mean + " s";
    }

    /** A gain with its sign and its interval. */
    static String gain(SeedSummary gain) {
        String mean = (gain.mean() > 0 ? "+" : "") + amount(gain.mean(), gain.sd());
        return Double.isFinite(gain.low())
                ? mean + " (" + amount(gain.low(), gain.sd()) + " to " + amount(gain.high(), gain.sd()) + ")"
                : mean;
    }

    /** With as many decimals as two digits of its standard deviation have. */
    private static String amount(double value, double sd) {
        if (!(sd > 0)) {
            return Figures.significant(value);
        }
        int decimals = (int) Math.max(0, Math.min(6, 1 - Math.floor(Math.log10(sd))));
        return Figures.fixed(value, decimals);
    }
}
