package org.vivace.measure;

import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * A recipe's part of a record, compared with the baseline. Empty fields were not measured.
 *
 * @param methods the recipe, in order, each method with its settings
 * @param stepMillis milliseconds of one step
 * @param firstStepMillis milliseconds of the very first step, which includes compilation and allocation; the longest of
 *     those of the phases, if there are any
 * @param speedup of a step over the baseline
 * @param peakBytes peak memory, in bytes
 * @param mfu model FLOPs utilization, the share of the measured matmul peak that the step reached
 * @param loss the last loss of the training
 * @param phases the parts of a run whose step costs differ; empty if every step costs the same
 * @param nanos nanoseconds of every timed step, one list per round
 */
public record Variant(
        List<String> methods,
        Interval stepMillis,
        OptionalDouble firstStepMillis,
        Interval speedup,
        Verdict verdict,
        OptionalLong peakBytes,
        OptionalDouble mfu,
        OptionalDouble loss,
        List<Phase> phases,
        List<List<Long>> nanos) {

    public Variant {
        methods = List.copyOf(methods);
        firstStepMillis = Objects.requireNonNullElse(firstStepMillis, OptionalDouble.empty());
        peakBytes = Objects.requireNonNullElse(peakBytes, OptionalLong.empty());
        mfu = Objects.requireNonNullElse(mfu, OptionalDouble.empty());
        loss = Objects.requireNonNullElse(loss, OptionalDouble.empty());
        // Records of earlier versions say "not distinguishable" here.
        verdict = Verdict.of(speedup) == Verdict.NOT_TIMED ? Verdict.NOT_TIMED : verdict;
        phases = phases == null ? List.of() : List.copyOf(phases);
        nanos = nanos == null ? List.of() : nanos.stream().map(List::copyOf).toList();
    }

    public static Variant of(List<String> methods, Samples samples, Samples baseline) {
        return of(
                methods,
                samples.stepMillis(),
                samples.firstStepMillis(),
                samples.speedupOver(baseline),
                samples.nanos());
    }

    /** Of a recipe without step times. */
    static Variant untimed(List<String> methods) {
        return of(methods, Interval.NONE, OptionalDouble.empty(), Interval.NONE, List.of());
    }

    private static Variant of(
            List<String> methods,
            Interval stepMillis,
            OptionalDouble firstStepMillis,
            Interval speedup,
            List<List<Long>> nanos) {
        return new Variant(
                methods,
                stepMillis,
                firstStepMillis,
                speedup,
                Verdict.of(speedup),
                OptionalLong.empty(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                List.of(),
                nanos);
    }

    /** The methods joined by plus signs. */
    public String title() {
        return methods.isEmpty() ? "no methods" : String.join(" + ", methods);
    }

    public Variant withPeakBytes(long bytes) {
        return with(speedup, verdict, OptionalLong.of(bytes), mfu, loss, phases);
    }

    public Variant withMfu(double share) {
        return with(speedup, verdict, peakBytes, OptionalDouble.of(share), loss, phases);
    }

    public Variant withLoss(double last) {
        return with(speedup, verdict, peakBytes, mfu, OptionalDouble.of(last), phases);
    }

    /** With the speedup of a whole run, for a run whose phases differ in cost. */
    public Variant withPhases(List<Phase> phases, Interval wholeRun) {
        return with(wholeRun, Verdict.of(wholeRun), peakBytes, mfu, loss, phases);
    }

    private Variant with(
            Interval speedup,
            Verdict verdict,
            OptionalLong peakBytes,
            OptionalDouble mfu,
            OptionalDouble loss,
            List<Phase> phases) {
        return new Variant(methods, stepMillis, firstStepMillis, speedup, verdict, peakBytes, mfu, loss, phases, nanos);
    }
}
