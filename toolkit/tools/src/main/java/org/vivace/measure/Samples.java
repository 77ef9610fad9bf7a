package org.vivace.measure;

import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The raw times of one variant.
 *
 * @param nanos nanoseconds of each step, a list a round: first the steps of the turn on the way there, then as many of
 *     the turn on the way back
 * @param firstNanos of the very first step, in which things are compiled and allocated; empty where it is not known
 */
public record Samples(String name, List<List<Long>> nanos, OptionalLong firstNanos) {

    public Samples {
        nanos = nanos.stream().map(List::copyOf).toList();
    }

    public Samples(String name, List<List<Long>> nanos) {
        this(name, nanos, OptionalLong.empty());
    }

    /** Milliseconds a step takes, with the interval over all steps. */
    public Interval stepMillis() {
        double[] millis = nanos.stream()
                .flatMap(List::stream)
                .mapToDouble(each -> each / 1e6)
                .toArray();
        return Statistics.intervalOfAmounts(millis, 0);
    }

    /** What the very first step took; empty where it is not known. */
    public OptionalDouble firstStepMillis() {
        return firstNanos.isPresent() ? OptionalDouble.of(firstNanos.getAsLong() / 1e6) : OptionalDouble.empty();
    }

    /**
     * How many times as fast as {@code baseline} this is: the median of the paired ratios (baseline time by own time),
     * with its interval. A pair is a turn of each, that of the way there with that of the way there and that of the way
     * back with that of the way back; a turn of several steps counts by its median. Even drift makes one pair of a round
     * too high by as much as it makes the other too low.
     *
     * <p>Pairs of turns and not of whole rounds, because a burst then spoils one ratio and leaves its neighbour: on
     * recorded noise the interval is up to three times narrower, and of A/A comparisons in 3 rounds fewer are told apart.
     * Ratios are taken on the logarithmic scale, so that twice as fast and half as fast are equally far from 1.
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
