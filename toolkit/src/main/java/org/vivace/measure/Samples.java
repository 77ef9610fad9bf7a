package org.vivace.measure;

import java.util.List;

/** The raw times of one variant: nanoseconds of each step, a list a round. */
public record Samples(String name, List<List<Long>> nanos) {

    public Samples {
        nanos = nanos.stream().map(List::copyOf).toList();
    }

    /** Milliseconds a step takes, with the interval over all steps. */
    public Interval stepMillis() {
        double[] millis = nanos.stream()
                .flatMap(List::stream)
                .mapToDouble(each -> each / 1e6)
                .toArray();
        return Statistics.interval(millis, 0);
    }

    /**
     * How many times as fast as {@code baseline} this is: the median of the rounds' paired ratios (baseline time by own
     * time), with the interval over the rounds. Ratios are averaged on the logarithmic scale, so that twice as fast and
     * half as fast are equally far from 1.
     */
    public Interval speedupOver(Samples baseline) {
        int rounds = Math.min(nanos.size(), baseline.nanos.size());
        double[] logs = new double[rounds];
        for (int round = 0; round < rounds; round++) {
            logs[round] = Math.log((double) baseline.total(round) / total(round));
        }
        return Statistics.interval(logs, 0).map(Math::exp);
    }

    private long total(int round) {
        return nanos.get(round).stream().mapToLong(Long::longValue).sum();
    }
}
