package org.vivace.measure;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A clock that only the steps move, each by its cost times the machine's drift and noise. */
final class FakeMachine {

    final List<String> ran = new ArrayList<>();
    private final Random random;
    private final double noise;
    private final double driftPerStep;
    private double slowness = 1;
    private long nanos;

    FakeMachine(long seed, double noise, double driftPerStep) {
        this.random = new Random(seed);
        this.noise = noise;
        this.driftPerStep = driftPerStep;
    }

    NamedStep step(String name, double millis) {
        return new NamedStep(name, () -> run(name, millis));
    }

    void run(String name, double millis) {
        ran.add(name);
        nanos += (long) (millis * 1e6 * slowness * Math.exp(noise * random.nextGaussian()));
        slowness += driftPerStep;
    }

    long nanoTime() {
        return nanos;
    }

    PairedTiming timing(int rounds) {
        return PairedTiming.rounds(rounds).clockedBy(this::nanoTime);
    }
}
