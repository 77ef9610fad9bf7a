package org.vivace.measure;

import java.util.List;

/**
 * A recipe's part of a record, compared with the baseline. What is null was not measured.
 *
 * @param methods the recipe, in order, each method with its settings
 * @param stepMillis milliseconds of one step
 * @param firstStepMillis milliseconds of the very first step, in which things are compiled and allocated; the longest of
 *     those of the phases, where there are any
 * @param speedup how many times as fast as the baseline a step is
 * @param peakBytes most memory held, in bytes
 * @param mfu model FLOPs utilisation, the share of the measured matmul peak that the step reached
 * @param loss the last loss of the training
 * @param phases the stretches of a run whose step costs differ; empty where every step costs alike
 * @param nanos nanoseconds of every timed step, a list a round
 */
public record Variant(
        List<String> methods,
        Interval stepMillis,
        Double firstStepMillis,
        Interval speedup,
        Verdict verdict,
        Long peakBytes,
        Double mfu,
        Double loss,
        List<Phase> phases,
        List<List<Long>> nanos) {

    public Variant {
        methods = List.copyOf(methods);
        // Records of earlier versions say "not distinguishable" here.
        verdict = Verdict.of(speedup) == Verdict.NOT_TIMED ? Verdict.NOT_TIMED : verdict;
        phases = phases == null ? List.of() : List.copyOf(phases);
        nanos = nanos == null ? List.of() : nanos.stream().map(List::copyOf).toList();
    }

    public static Variant of(List<String> methods, Samples samples, Samples baseline) {
        Interval speedup = samples.speedupOver(baseline);
        return new Variant(
                methods,
                samples.stepMillis(),
                samples.firstStepMillis(),
                speedup,
                Verdict.of(speedup),
                null,
                null,
                null,
                List.of(),
                samples.nanos());
    }

    /** The methods joined by plus signs, as a recipe shows them. */
    public String title() {
        return methods.isEmpty() ? "no methods" : String.join(" + ", methods);
    }

    public Variant withPeakBytes(long bytes) {
        return new Variant(methods, stepMillis, firstStepMillis, speedup, verdict, bytes, mfu, loss, phases, nanos);
    }

    public Variant withMfu(double share) {
        return new Variant(
                methods, stepMillis, firstStepMillis, speedup, verdict, peakBytes, share, loss, phases, nanos);
    }

    public Variant withLoss(double last) {
        return new Variant(methods, stepMillis, firstStepMillis, speedup, verdict, peakBytes, mfu, last, phases, nanos);
    }

    /** The speedup of a whole run whose phases cost differently replaces that of a single step. */
    public Variant withPhases(List<Phase> phases, Interval wholeRun) {
        return new Variant(
                methods,
                stepMillis,
                firstStepMillis,
                wholeRun,
                Verdict.of(wholeRun),
                peakBytes,
                mfu,
                loss,
                phases,
                nanos);
    }
}
