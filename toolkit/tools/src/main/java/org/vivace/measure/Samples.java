package org.vivace.measure;

import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The raw times of one variant.
 *
 * @param nanos nanoseconds of each step, one list per round: first the steps of the forward turn, then as many of the
 *     backward turn
 * @param firstNanos of the very first step, which includes compilation and allocation; empty if unknown
 */
public record Samples(String name, List<List<Long>> nanos, OptionalLong firstNanos) {

    public Samples {
        nanos = nanos.stream().map(List::copyOf).toList();
    }

    public Samples(String name, List<List<Long>> nanos) {
        this(name, nanos, OptionalLong.empty());
    }

    /** Milliseconds of a step, with the interval over all steps. */
    public Interval stepMillis() {
        double[] millis = nanos.stream()
                .flatMap(List::stream)
                .mapToDouble(each -> each / 1e6)
                .toArray();
        return Statistics.intervalOfAmounts(millis, 0);
    }

    /** Milliseconds of the very first step; empty if unknown. */
    public OptionalDouble firstStepMillis() {
        return firstNanos.isPresent() ? OptionalDouble.of(firstNanos.getAsLong() / 1e6) : OptionalDouble.empty();
    }

    /**
     * The speedup over {@code baseline}: the median of the paired ratios (baseline time by own time), with its
     * interval. A pair is the forward turn of each, or the backward turn of each; a turn of several steps counts by its
     * median. Even drift raises one ratio of a round by as much as it lowers the other.
     *
     * <p>Turns are paired rather than whole rounds, so that a burst of load affects only one ratio: on recorded noise
     * the interval is up to three times narrower, and A/A comparisons of 3 rounds give fewer false differences. Ratios
     * are taken on a logarithmic scale, on which twice and half as fast are equally far from 1.
     */
    public Interval speedupOver(Samples baseline) {
        double[] logs = IntStream.range(0, Math.min(nanos.size(), baseline.nanos.size()))
                .boxed()
                .flatMap(round -> ratios(baseline.nanos.get(round), nanos.get(round)))
                .mapToDouble(Math::log)
                .toArray();
        return Statistics.interval(logs, 0).map(Math::exp);
    }

    private static Stream<Double> ratios(List<Long> baseline, List<Long> own) {
        int turns = baseline.size() % 2 == 0 && own.size() % 2 == 0 ? 2 : 1;
        return IntStream.range(0, turns).mapToObj(turn -> median(baseline, turn, turns) / median(own, turn, turns));
    }

    private static double median(List<Long> round, int turn, int turns) {
        int steps = round.size() / turns;
        return Statistics.median(round.subList(turn * steps, (turn + 1) * steps).stream()
                .mapToDouble(Long::doubleValue)
                .toArray());
    }
}
