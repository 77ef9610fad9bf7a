package org.vivace.report;

import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.StringJoiner;
import java.util.stream.IntStream;
import org.vivace.measure.BenchRecord;
import org.vivace.measure.Curve;
import org.vivace.measure.Figures;
import org.vivace.measure.Interval;
import org.vivace.measure.SelfCheck;
import org.vivace.measure.Variant;
import org.vivace.measure.Verdict;

/** The sentences and numbers of a report, with as many digits as a reader can use. */
final class Words {

    /** What the baseline is called in tables and plots. */
    static final String BASELINE = "plain DJL";

    private Words() {}

    /** {@code 2.31 (2.26-2.34), faster}; or that there was no time to compare. */
    static String compared(Interval speedup, Verdict verdict) {
        return verdict == Verdict.NOT_TIMED ? verdict.toString() : Figures.ratio(speedup) + ", " + verdict;
    }

    /** What the record found: a sentence on a step, one on learning, and one where these are not to be trusted. */
    static String headline(BenchRecord record) {
        return String.join(" ", sentences(record));
    }

    /** The sentences of the headline. */
    static List<String> sentences(BenchRecord record) {
        List<String> sentences = new ArrayList<>();
        record.recipe()
                .filter(recipe -> Double.isFinite(recipe.speedup().median()))
                .ifPresent(recipe -> sentences.add(finding(record, recipe)));
        if (record.quality().isPresent()) {
            sentences.add(QualityWords.headline(record));
        }
        if (sentences.isEmpty()) {
            sentences.add("Nothing was measured for " + record.workload() + ".");
        }
        if (record.partial()) {
            sentences.add("The measurement was interrupted; these are its results until then.");
        }
        record.aa().flatMap(Words::reservation).ifPresent(sentences::add);
        return sentences;
    }

    private static Optional<String> reservation(SelfCheck aa) {
        return switch (aa.verdict()) {
            case NOT_DISTINGUISHABLE -> Optional.empty();
            case NOT_TIMED ->
                Optional.of("How noisy this machine was is not known, since " + BASELINE
                        + " was not timed against itself.");
            case FASTER, SLOWER ->
                Optional.of("But " + BASELINE + " came out " + aa.verdict() + " than itself ("
                        + Figures.ratio(aa.speedup().median()) + "): this machine was too noisy, so measure again.");
        };
    }

    /** A sentence on what the very first step cost, where that is known. */
    static Optional<String> firstSteps(BenchRecord record) {
        OptionalDouble baseline = record.baseline().firstStepMillis();
        DoubleSummaryStatistics variants = record.variants().stream()
                .flatMapToDouble(each -> each.firstStepMillis().stream())
                .summaryStatistics();
        if (baseline.isEmpty() || variants.getCount() == 0) {
            return Optional.empty();
        }
        String low = Figures.number(variants.getMin());
        String high = Figures.number(variants.getMax());
        return Optional.of("The very first step, which is in none of these times, took "
                + Figures.number(baseline.getAsDouble()) + " ms in " + BASELINE + " and "
                + (low.equals(high) ? low : low + " to " + high) + " ms in the variants.");
    }

    private static String finding(BenchRecord record, Variant recipe) {
        Interval speedup = recipe.speedup();
        String times = ": " + Figures.number(recipe.stepMillis().median()) + " ms instead of "
                + Figures.number(record.baseline().stepMillis().median()) + " ms.";
        String range = Double.isFinite(speedup.low())
                ? " (95 % interval " + Figures.ratio(speedup.low()) + " to " + Figures.ratio(speedup.high()) + ")"
                : "";
        String step = "a training step of " + record.workload();
        String named = record.variants().size() > 1 ? "The recipe " + recipe.title() : "The recipe";
        return switch (recipe.verdict()) {
            case NOT_TIMED -> named + " was not timed.";
            case FASTER ->
                named + " makes " + step + " " + Figures.ratio(speedup.median()) + " times as fast as " + BASELINE
                        + range + times;
            case SLOWER ->
                named + " makes " + step + " slower than " + BASELINE + ", " + Figures.ratio(speedup.median())
                        + " times its speed" + range + times;
            case NOT_DISTINGUISHABLE ->
                named + " makes " + step + " not distinguishable from " + BASELINE + ", "
                        + Figures.ratio(speedup.median()) + " times its speed" + range + times;
        };
    }

    /** As {@link #lead(List)}; empty where trainings over seeds say the same better. */
    static String lead(BenchRecord record) {
        return record.quality().isEmpty() ? lead(record.curves()) : "";
    }

    /**
     * A sentence on when each later curve first reached the loss at which the first curve ended (the mean of its last tenth),
     * with a space before it; empty where there is nothing to compare.
     */
    static String lead(List<Curve> curves) {
        if (curves.size() < 2 || curves.get(0).loss().isEmpty()) {
            return "";
        }
        Curve baseline = curves.get(0);
        int points = baseline.loss().size();
        double end = baseline.loss().subList(points - Math.max(1, points / 10), points).stream()
                .mapToDouble(Double::doubleValue)
                .average()
                .orElseThrow();
        if (!Double.isFinite(end)) {
            return "";
        }
        String until = Figures.seconds(baseline.seconds().get(points - 1));
        StringJoiner others = new StringJoiner(", ");
        for (Curve curve : curves.subList(1, curves.size())) {
            OptionalInt first = IntStream.range(0, curve.loss().size())
                    .filter(i -> CurveChart.smoothed(curve, i) <= end)
                    .findFirst();
            others.add(curve.name()
                    + (first.isPresent()
                            ? " reached it after "
                                    + Figures.seconds(curve.seconds().get(first.getAsInt()))
                            : " did not reach it"));
        }
        return " In " + until + " " + baseline.name() + " reached a loss of " + Figures.ratio(end) + "; " + others
                + ".";
    }
}
