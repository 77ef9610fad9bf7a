package org.vivace.estimate;

import java.util.OptionalLong;

/** Searches the largest batch that fits into a given memory, by doubling and then by bisection. */
record LargestBatch(Estimator estimator, long bytes) {

    private static final long MOST = 1 << 20;

    /** The limit of the search for a batch that runs at all. */
    private static final long SMALL = 64;

    /**
     * @return 0 if not even the smallest batch that runs fits
     * @throws IllegalArgumentException if none runs
     */
    long find() {
        long smallest = smallest();
        if (!fits(smallest)) {
            return 0;
        }
        long unit = smallest == 1 || peak(smallest + 1).isPresent() ? 1 : smallest;
        long fits = smallest;
        long tooMany = 2 * smallest;
        while (tooMany < MOST && fits(tooMany)) {
            fits = tooMany;
            tooMany *= 2;
        }
        while (tooMany - fits > unit) {
            long middle = fits + Math.max(1, (tooMany - fits) / 2 / unit) * unit;
            if (fits(middle)) {
                fits = middle;
            } else {
                tooMany = middle;
            }
        }
        return fits;
    }

    private long smallest() {
        long given = estimator.inputs().get(0).shape().get(0);
        for (long batch = 1; batch <= Math.max(given, SMALL); batch *= 2) {
            if (peak(batch).isPresent()) {
                return batch;
            }
        }
        peakOf(estimator);
        return given;
    }

    private boolean fits(long batch) {
        OptionalLong peak = peak(batch);
        return peak.isPresent() && peak.getAsLong() <= bytes;
    }

    /** Empty if the model does not run on such a batch, as batch norm does not on one row. */
    private OptionalLong peak(long batch) {
        try {
            return OptionalLong.of(peakOf(estimator.withBatch(batch)));
        } catch (IllegalArgumentException e) {
            return OptionalLong.empty();
        }
    }

    private static long peakOf(Estimator sized) {
        return (sized.loss().isPresent() ? sized.step() : sized.inference())
                .memory()
                .peak();
    }
}
