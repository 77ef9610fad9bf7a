package org.vivace.profile;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What predictions with one model take.
 *
 * @param firstMillis milliseconds of the very first prediction, in which things are loaded, compiled and allocated
 * @param latency of single predictions on one thread
 * @param split of them: {@code preProcess}, {@code forward}, {@code postProcess} and {@code rest}
 * @param loads throughput and latency for batch sizes and numbers of threads
 * @param blocks forward times; their backward times and activations are null
 */
public record InferenceProfile(
        double firstMillis,
        Latency latency,
        Map<String, StepPhaseTime> split,
        List<Load> loads,
        List<BlockTime> blocks) {

    /**
     * Milliseconds of a call.
     *
     * @param calls how many were timed
     */
    public record Latency(double p50, double p95, double p99, int calls) {}

    /**
     * One load.
     *
     * @param batch inputs in a call
     * @param threads that call at the same time, each with a predictor of its own
     * @param perSecond inputs a second, all threads together
     */
    public record Load(int batch, int threads, double perSecond, Latency latency) {}

    public InferenceProfile {
        split = Collections.unmodifiableMap(new LinkedHashMap<>(split));
        loads = List.copyOf(loads);
        blocks = List.copyOf(blocks);
    }
}
