package org.vivace.measure;

import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * The baseline's part of a record. Empty fields were not measured.
 *
 * @param stepMillis milliseconds of one step
 * @param firstStepMillis milliseconds of the very first step, which includes compilation and allocation
 * @param peakBytes peak memory, in bytes
 * @param mfu model FLOPs utilization, the share of the measured matmul peak that the step reached
 * @param loss the last loss of the training
 * @param nanos nanoseconds of every timed step, one list per round
 */
public record Baseline(
        Interval stepMillis,
        OptionalDouble firstStepMillis,
        OptionalLong peakBytes,
        OptionalDouble mfu,
        OptionalDouble loss,
        List<List<Long>> nanos) {

    /** Without measurements. */
    static final Baseline UNTIMED = new Baseline(
            Interval.NONE,
            OptionalDouble.empty(),
            OptionalLong.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            List.of());

    public Baseline {
        firstStepMillis = Objects.requireNonNullElse(firstStepMillis, OptionalDouble.empty());
        peakBytes = Objects.requireNonNullElse(peakBytes, OptionalLong.empty());
        mfu = Objects.requireNonNullElse(mfu, OptionalDouble.empty());
        loss = Objects.requireNonNullElse(loss, OptionalDouble.empty());
        nanos = nanos == null ? List.of() : nanos.stream().map(List::copyOf).toList();
    }

    public static Baseline of(Samples samples) {
        return new Baseline(
                samples.stepMillis(),
                samples.firstStepMillis(),
                UNTIMED.peakBytes,
                UNTIMED.mfu,
                UNTIMED.loss,
                samples.nanos());
    }

    public Baseline withPeakBytes(long bytes) {
        return new Baseline(stepMillis, firstStepMillis, OptionalLong.of(bytes), mfu, loss, nanos);
    }

    public Baseline withMfu(double share) {
        return new Baseline(stepMillis, firstStepMillis, peakBytes, OptionalDouble.of(share), loss, nanos);
    }

    public Baseline withLoss(double last) {
        return new Baseline(stepMillis, firstStepMillis, peakBytes, mfu, OptionalDouble.of(last), nanos);
    }
}
