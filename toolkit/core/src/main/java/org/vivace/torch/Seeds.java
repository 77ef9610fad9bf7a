package org.vivace.torch;

import ai.djl.engine.Engine;

/** Seeds derived per purpose: equal inputs give equal random streams, neighbouring inputs unrelated ones. */
public final class Seeds {

    private Seeds() {}

    /**
     * A seed for the {@code index}-th use of a purpose under a run's seed: the SplitMix64 finaliser
     * (<a href="https://doi.org/10.1145/2714064.2660195">Steele et al. 2014</a>) over the three.
     */
    public static long derive(long seed, String purpose, long index) {
        return mix(mix(seed ^ purpose.hashCode() * 0x9E3779B97F4A7C15L) + index * 0xD1342543DE82EF95L);
    }

    /** Seeds libtorch's generators on every device and DJL's Java-side generator, which shuffles data sets. */
    public static void set(long seed) {
        Engine engine = Engine.getEngine("PyTorch");
        // DJL narrows a seed to an int for its Java-side generator; folding keeps the upper half's effect there.
        engine.setRandomSeed((int) (seed ^ seed >>> 32));
    }

    private static long mix(long value) {
        long z = value + 0x9E3779B97F4A7C15L;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }
}
