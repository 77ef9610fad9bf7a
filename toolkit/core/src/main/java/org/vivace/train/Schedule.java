package org.vivace.train;

/** The learning rate over a run, as a share of its peak. */
@FunctionalInterface
public interface Schedule {

    /** @param progress the share of the run that is done, in [0, 1] */
    double at(double progress);

    static Schedule constant() {
        return progress -> 1;
    }

    /**
     * Linear from 0 over the first part of the run, then half a cosine down
     * (<a href="https://arxiv.org/abs/1608.03983">Loshchilov &amp; Hutter 2017</a>) to {@code floor}, which is reached
     * at the very end.
     *
     * @param warmup share of the run, in [0, 1)
     * @param floor share of the peak, in [0, 1]
     */
    static Schedule warmupCosine(double warmup, double floor) {
        if (!(warmup >= 0 && warmup < 1)) {
            throw new IllegalArgumentException("schedule: expected a warm-up share in [0, 1), got " + warmup);
        }
        if (!(floor >= 0 && floor <= 1)) {
            throw new IllegalArgumentException("schedule: expected a floor in [0, 1], got " + floor);
        }
        return progress -> {
            if (progress < warmup) {
                // Never quite 0, so that the first step moves the weights.
                return Math.max(progress / warmup, 1e-3);
            }
            double decayed = (progress - warmup) / (1 - warmup);
            return floor + (1 - floor) * 0.5 * (1 + Math.cos(Math.PI * decayed));
        };
    }
}
