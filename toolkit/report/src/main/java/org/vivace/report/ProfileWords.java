package org.vivace.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.vivace.measure.Figures;
import org.vivace.profile.MemoryProfile;
import org.vivace.profile.ProfileRecord;
import org.vivace.profile.StepPhaseTime;
import org.vivace.profile.StepVerdict;

/** What a profile found, in sentences. */
final class ProfileWords {

    private static final int NAMED = 3;

    private ProfileWords() {}

    /** What the step is bound by, or, where there is no verdict, what comes first. */
    static String headline(ProfileRecord record) {
        return record.verdict() == null
                ? sentences(record).get(0)
                : record.verdict().finding() + ".";
    }

    /** Why the step is bound by that and what to try, with what came of it; empty where there is no verdict. */
    static List<String> reasons(ProfileRecord record) {
        StepVerdict verdict = record.verdict();
        if (verdict == null) {
            return List.of();
        }
        String evidence = verdict.evidence();
        List<String> reasons = new ArrayList<>();
        reasons.add(evidence.substring(0, 1).toUpperCase(Locale.ROOT) + evidence.substring(1) + ".");
        reasons.add(verdict.advice());
        verdict.remedies().stream()
                .limit(1)
                .flatMap(best -> RemedyTable.gain(record, best).stream())
                .forEach(gain -> reasons.add("Measured: " + Figures.ratio(gain) + " times as fast."));
        return reasons;
    }

    /** What else there is to say beside the verdict. */
    static List<String> sentences(ProfileRecord record) {
        List<String> sentences = new ArrayList<>();
        if (!record.split().isEmpty()) {
            sentences.add(split(record));
        }
        if (record.memory() != null && record.memory().peakBytes() != null) {
            sentences.add(memory(record.memory()));
        }
        if (record.memory() != null && !record.memory().leaks().isEmpty()) {
            int count = record.memory().leaks().stream()
                    .mapToInt(leak -> leak.count())
                    .sum();
            sentences.add("Each step leaves " + count + (count == 1 ? " array" : " arrays")
                    + " behind, so memory grows as long as it trains.");
        }
        if (record.inference() != null) {
            sentences.add(String.format(
                    Locale.ROOT,
                    "A prediction takes %s ms in the median and %s ms in one of a hundred; the very first took %s ms.",
                    Figures.number(record.inference().latency().p50()),
                    Figures.number(record.inference().latency().p99()),
                    Figures.number(record.inference().firstMillis())));
        }
        if (sentences.isEmpty() && record.verdict() == null) {
            sentences.add("Nothing was measured of " + record.workload() + ".");
        }
        return sentences;
    }

    private static String split(ProfileRecord record) {
        String parts = record.split().entrySet().stream()
                .sorted(Map.Entry.<String, StepPhaseTime>comparingByValue(
                        (a, b) -> Double.compare(b.millis(), a.millis())))
                .limit(NAMED)
                .filter(each -> each.getValue().share() > 0)
                .map(each -> String.format(
                                Locale.ROOT, "%.0f %% ", 100 * each.getValue().share())
                        + ProfileTables.words(each.getKey()))
                .collect(Collectors.joining(", "));
        return "A training step of " + record.workload() + " takes " + Figures.number(stepMillis(record)) + " ms: "
                + parts + ".";
    }

    /** The mean step, which is the sum of its parts. */
    static double stepMillis(ProfileRecord record) {
        return record.split().values().stream()
                .mapToDouble(StepPhaseTime::millis)
                .sum();
    }

    private static String memory(MemoryProfile memory) {
        String block = memory.largestBlock() == null
                ? ""
                : "; of the blocks " + memory.largestBlock() + " leaves the most for the backward pass";
        return "At most " + ProfileTables.mebibytes(memory.peakBytes()) + " MiB are in use, in the part "
                + ProfileTables.words(memory.peakPart()) + block + ".";
    }

    /** What the times of operators are of. */
    static String operators(ProfileRecord record) {
        int steps = record.tracedSteps();
        return "Operators are as " + (steps == 1 ? "one step" : steps + " steps")
                + " had them while they were written down, which makes each a little longer; the share is of the time of"
                + " all operators.";
    }

    /** How much the splitting itself cost. */
    static String overhead(ProfileRecord record) {
        return "Splitting the step made it longer by "
                + String.format(Locale.ROOT, "%.2f %%", 100 * record.overhead().median())
                + (Double.isFinite(record.overhead().low())
                        ? String.format(
                                Locale.ROOT,
                                " (95 %% interval %.2f to %.2f)",
                                100 * record.overhead().low(),
                                100 * record.overhead().high())
                        : "")
                + ", against steps in between that were left alone.";
    }
}
