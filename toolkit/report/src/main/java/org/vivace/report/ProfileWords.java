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
                .ifPresent(inference -> sentences.add("A prediction takes "
                        + Figures.millis(inference.latency().p50())
                        + " in the median and at the 99th percentile "
                        + Figures.millis(inference.latency().p99())
                        + "; the very first took " + Figures.millis(inference.firstMillis()) + "."));
        if (sentences.isEmpty() && record.verdict().isEmpty()) {
            sentences.add("Nothing was measured for " + record.workload() + ".");
        }
        return sentences;
    }

    private static String split(ProfileRecord record) {
        String phases = record.split().entrySet().stream()
                .sorted(Map.Entry.<String, StepPhaseTime>comparingByValue(
                        (a, b) -> Double.compare(b.millis(), a.millis())))
                .limit(NAMED)
                .filter(each -> each.getValue().share() > 0)
                .map(each -> Figures.percent(each.getValue().share()) + " " + ProfileTables.words(each.getKey()))
                .collect(Collectors.joining(", "));
        return "A training step of " + record.workload() + " takes " + Figures.number(stepMillis(record)) + " ms: "
                + phases + ".";
    }

    /** The mean step, which is the sum of its phases. */
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
                        .map(phase -> ", in the phase " + ProfileTables.words(phase))
                        .orElse("")
                + memory.largestBlock()
                        .map(block -> "; of the blocks " + block + " leaves the most for the backward pass")
                        .orElse("")
                + ".");
    }

    /** A remark on the times of operators. */
    static String operators(int steps) {
        return "Operators are from a trace of " + (steps == 1 ? "one step" : steps + " steps")
                + ", which makes each a little longer; the share is of the time of all operators.";
    }

    /** The overhead of timing the phases. */
    static String overhead(Interval overhead) {
        return "Timing the phases made the step longer by "
                + Figures.percent(overhead.median(), 2)
                + (Double.isFinite(overhead.low())
                        ? " (95 % interval " + Figures.fixed(100 * overhead.low(), 2) + " to "
                                + Figures.fixed(100 * overhead.high(), 2) + ")"
                        : "")
                + ", compared with untimed steps in between.";
    }
}
