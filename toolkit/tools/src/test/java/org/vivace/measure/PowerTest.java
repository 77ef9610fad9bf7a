package org.vivace.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PowerTest {

    @Test
    void asManySeedsAsTheFormulaSays() {
        // At 9 degrees of freedom 2.262 + 0.883 = 3.145 < sqrt(10) = 3.162; at 8, 2.306 + 0.889 = 3.195 > 3.
        assertThat(Power.seeds(0.1, 0.1)).hasValue(10);
        assertThat(Power.seeds(-0.1, 0.1)).as("whatever the sign").hasValue(10);
        // At 2 degrees of freedom 4.303 + 1.061 = 5.364 < sqrt(3) * 3.1 = 5.369; at 1, 12.706 + 1.376 = 14.08 > 4.38.
        assertThat(Power.seeds(0.31, 0.1)).hasValue(3);
    }

    @Test
    void atLeastTwo() {
        assertThat(Power.seeds(10, 0.1)).hasValue(2);
    }

    @Test
    void noNumberWhereNoneCanBeTold() {
        assertThat(Power.seeds(0, 0.1)).isEmpty();
        assertThat(Power.seeds(0.1, 0)).isEmpty();
        assertThat(Power.seeds(0.1, Double.NaN)).isEmpty();
        assertThat(Power.seeds(Double.NaN, 0.1)).isEmpty();
        assertThat(Power.seeds(1e-17, 0.01)).as("rounding").isEmpty();
    }

    @Test
    void soManySeedsSeeTheDifferenceInEightOfTenRepetitions() {
        Random random = new Random(5);
        int seeds = (int) Power.seeds(0.05, 0.15).getAsLong();
        long seen = IntStream.range(0, 1000)
                .filter(repetition -> {
                    SeedSummary gain = SeedSummary.of(IntStream.range(0, seeds)
                            .mapToDouble(seed -> 0.05 + 0.15 * random.nextGaussian())
                            .toArray());
                    return gain.low() > 0;
                })
                .count();
        assertThat(seen).isBetween(760L, 840L);
    }
}
