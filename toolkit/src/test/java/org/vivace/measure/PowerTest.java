package org.vivace.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PowerTest {

    @Test
    void asManySeedsAsTheFormulaSays() {
        // (1.9600 + 0.8416)^2 = 7.8489 times (sd / difference)^2.
        assertThat(Power.seeds(0.1, 0.1)).isEqualTo(8);
        assertThat(Power.seeds(-0.1, 0.15)).as("17.66, whatever the sign").isEqualTo(18);
        assertThat(Power.seeds(0.05, 0.15)).as("70.64").isEqualTo(71);
    }

    @Test
    void atLeastTwo() {
        assertThat(Power.seeds(10, 0.1)).isEqualTo(2);
    }

    @Test
    void noNumberWhereNoneCanBeTold() {
        assertThat(Power.seeds(0, 0.1)).isNull();
        assertThat(Power.seeds(0.1, 0)).isNull();
        assertThat(Power.seeds(0.1, Double.NaN)).isNull();
        assertThat(Power.seeds(Double.NaN, 0.1)).isNull();
    }

    @Test
    void soManySeedsSeeTheDifferenceInEightOfTenRepetitions() {
        Random random = new Random(5);
        int seeds = Power.seeds(0.05, 0.15).intValue();
        long seen = IntStream.range(0, 1000)
                .filter(repetition -> {
                    Spread gain = Spread.of(IntStream.range(0, seeds)
                            .mapToDouble(seed -> 0.05 + 0.15 * random.nextGaussian())
                            .toArray());
                    return gain.low() > 0;
                })
                .count();
        assertThat(seen).isBetween(760L, 840L);
    }
}
