package org.vivace.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.vivace.measure.Figures;
import org.vivace.measure.Interval;
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
        return record.verdict()
                .map(verdict -> verdict.finding() + ".")
                .orElseGet(() -> sentences(record).get(0));
    }

    /** Why the step is bound by that and what to try, with what came of it; empty where there is no verdict. */
    static List<String> reasons(ProfileRecord record) {
        return record.verdict().map(verdict -> reasons(record, verdict)).orElse(List.of());
    }

    private static List<String> reasons(ProfileRecord record, StepVerdict verdict) {
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
        record.memory().flatMap(ProfileWords::peak).ifPresent(sentences::add);
        int count = record.memory().stream()
                .flatMap(memory -> memory.leaks().stream())
                .mapToInt(MemoryProfile.LeakedArray::count)
                .sum();
        if (count > 0) {
            sentences.add("Each step leaves " + count + (count == 1 ? " array" : " arrays")
                    + " behind, so memory grows as long as it trains.");
        }
        record.inference()
                .ifPresent(inference -> sentences.add(String.format(
                        Locale.ROOT,
                        "A prediction takes %s ms in the median and %s ms in one of a hundred; the very first took %s"
                                + " ms.",
                        Figures.number(inference.latency().p50()),
                        Figures.number(inference.latency().p99()),
                        Figures.number(inference.firstMillis()))));
        if (sentences.isEmpty() && record.verdict().isEmpty()) {
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

    private static Optional<String> peak(MemoryProfile memory) {
        if (memory.peakBytes().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of("At most "
                + ProfileTables.mebibytes(memory.peakBytes().getAsLong()) + " MiB are in use"
                + memory.peakPart()
                        .map(part -> ", in the part " + ProfileTables.words(part))
                        .orElse("")
                + memory.largestBlock()
                        .map(block -> "; of the blocks " + block + " leaves the most for the backward pass")
                        .orElse("")
                + ".");
    }

    /** What the times of operators are of. */
    static String operators(int steps) {
        return "Operators are as " + (steps == 1 ? "one step" : steps + " steps")
                + " had them while they were written down, which makes each a little longer; the share is of the time of"
                + " all operators.";
    }

    /** How much the splitting itself cost. */
    static String overhead(Interval overhead) {
        return "Splitting the step made it longer by "
                + String.format(Locale.ROOT, "%.2f %%", 100 * overhead.median())
                + (Double.isFinite(overhead.low())
                        ? String.format(
                                Locale.ROOT,
                                " (95 %% interval %.2f to %.2f)",
                                100 * overhead.low(),
                                100 * overhead.high())
                        : "")
                + ", against steps in between that were left alone.";
    }
}
