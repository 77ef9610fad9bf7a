package org.vivace.measure;

import ai.djl.Device;

/** The highest rate of repeated work, and whether other processes disturbed every repetition. */
final class BestRate {

    /** The wait for the first undisturbed repetition, as a multiple of the given duration. */
    private static final long PATIENCE = 5;

    private final Device device;
    private boolean disturbed;

    BestRate(Device device) {
        this.device = device;
    }

    Device device() {
        return device;
    }

    /**
     * @param amount of work in one repetition
     * @param nanos for which it is repeated
     * @return the highest amount per nanosecond among undisturbed repetitions, or among all if there was none
     */
    double of(double amount, long nanos, Runnable work) {
        ProcessorWatch watch = ProcessorWatch.on(device);
        double best = 0;
        double bestDisturbed = 0;
        long begin = System.nanoTime();
        long spent;
        do {
            watch.begin();
            long start = System.nanoTime();
            work.run();
            double rate = amount / (System.nanoTime() - start);
            if (watch.disturbed()) {
                bestDisturbed = Math.max(bestDisturbed, rate);
            } else {
                best = Math.max(best, rate);
            }
            spent = System.nanoTime() - begin;
        } while (spent < nanos || best == 0 && spent < PATIENCE * nanos);
        disturbed |= best == 0;
        return best == 0 ? bestDisturbed : best;
    }

    /** Whether every repetition of some rate was disturbed. */
    boolean disturbed() {
        return disturbed;
    }

    void disturb() {
        disturbed = true;
    }
}
