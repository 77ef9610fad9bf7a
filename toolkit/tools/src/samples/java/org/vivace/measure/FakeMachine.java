package org.vivace.measure;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleSupplier;

/** A clock that only the steps move, each by its cost times what the machine makes of it. */
final class FakeMachine {

    final List<String> ran = new ArrayList<>();
    private final DoubleSupplier slowness;
    private long nanos;

    /** @param slowness by what the cost of each step is multiplied, asked once a step */
    FakeMachine(DoubleSupplier slowness) {
        this.slowness = slowness;
    }

    /** Gaussian noise on the logarithm, and every step makes the next ones slower by {@code driftPerStep}. */
    FakeMachine(long seed, double noise, double driftPerStep) {
        this(new DoubleSupplier() {
            private final Random random = new Random(seed);
            private double drift = 1;

            @Override
            public double getAsDouble() {
                double now = drift * Math.exp(noise * random.nextGaussian());
                drift += driftPerStep;
                return now;
            }
        });
    }

    NamedStep step(String name, double millis) {
        return new NamedStep(name, () -> run(name, millis));
    }

    void run(String name, double millis) {
        ran.add(name);
        nanos += (long) (millis * 1e6 * slowness.getAsDouble());
    }

    long nanoTime() {
        return nanos;
    }

    PairedTiming timing(int rounds) {
        return PairedTiming.rounds(rounds).clockedBy(this::nanoTime);
    }
}
