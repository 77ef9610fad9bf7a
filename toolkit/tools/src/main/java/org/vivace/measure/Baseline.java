package org.vivace.measure;

import java.util.List;

/**
 * The baseline's part of a record. What is null was not measured.
 *
 * @param stepMillis milliseconds of one step
 * @param firstStepMillis milliseconds of the very first step, in which things are compiled and allocated
 * @param peakBytes most memory held, in bytes
 * @param mfu model FLOPs utilisation, the share of the measured matmul peak that the step reached
 * @param loss the last loss of the training
 * @param nanos nanoseconds of every timed step, a list a round
 */
public record Baseline(
        Interval stepMillis, Double firstStepMillis, Long peakBytes, Double mfu, Double loss, List<List<Long>> nanos) {

    public Baseline {
        nanos = nanos == null ? List.of() : nanos.stream().map(List::copyOf).toList();
    }

    public static Baseline of(Samples samples) {
        return new Baseline(samples.stepMillis(), samples.firstStepMillis(), null, null, null, samples.nanos());
    }

    public Baseline withPeakBytes(long bytes) {
        return new Baseline(stepMillis, firstStepMillis, bytes, mfu, loss, nanos);
    }

    public Baseline withMfu(double share) {
        return new Baseline(stepMillis, firstStepMillis, peakBytes, share, loss, nanos);
    }

    public Baseline withLoss(double last) {
        return new Baseline(stepMillis, firstStepMillis, peakBytes, mfu, last, nanos);
    }
}
