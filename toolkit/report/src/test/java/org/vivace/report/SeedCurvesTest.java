package org.vivace.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.vivace.measure.Curve;
import org.vivace.measure.Quality;
import org.vivace.measure.Quality.Trials;
import org.vivace.measure.Trial;

class SeedCurvesTest {

    /** The second seed is twice as slow, so the same share of its training is at twice the seconds. */
    @Test
    void isTheMeanOverSeedsInABandFromTheLowestToTheHighest() {
        Curve curve = only(
                new Trial(1, 10, 10, List.of(5.0, 10.0), List.of(4.0, 2.0), List.of(4.0, 2.0)),
                new Trial(2, 10, 20, List.of(10.0, 20.0), List.of(3.0, 1.0), List.of(3.0, 1.0)));
        assertThat(curve.seconds()).containsExactly(7.5, 15.0);
        assertThat(curve.loss()).containsExactly(3.5, 1.5);
        assertThat(curve.low()).containsExactly(3.0, 1.0);
        assertThat(curve.high()).containsExactly(4.0, 2.0);
    }

    @Test
    void evaluationsAtOtherSharesAreMetOnTheLinesBetweenThem() {
        Curve curve = only(
                new Trial(1, 10, 10, List.of(2.0, 10.0), List.of(5.0, 1.0), List.of(5.0, 1.0)),
                new Trial(2, 10, 10, List.of(4.0, 6.0, 10.0), List.of(3.0, 2.0, 1.0), List.of(3.0, 2.0, 1.0)));
        assertThat(curve.seconds()).as("from where both are known").containsExactly(4.0, 6.0, 10.0);
        // The first falls by 4 in 8 seconds: 4 after 4 s, 3 after 6 s.
        assertThat(curve.high()).containsExactly(4.0, 3.0, 1.0);
        assertThat(curve.loss().get(1)).isCloseTo(2.5, within(1e-12));
    }

    @Test
    void oneSeedHasNoBand() {
        assertThat(only(new Trial(1, 10, 10, List.of(10.0), List.of(2.0), List.of(2.0)))
                        .hasBand())
                .isFalse();
    }

    @Test
    void theQualityIsNotTheLoss() {
        Quality quality = Quality.of(
                SampleQuality.ACCURACY,
                OptionalDouble.of(0.5),
                List.of(new Trials(
                        "plain DJL",
                        List.of(),
                        List.of(
                                new Trial(1, 10, 10, List.of(5.0, 10.0), List.of(4.0, 2.0), List.of(0.2, 0.6)),
                                new Trial(2, 10, 20, List.of(10.0, 20.0), List.of(3.0, 1.0), List.of(0.4, 0.8))))));
        Curve curve = SeedCurves.qualities(quality).get(0);
        assertThat(curve.seconds()).containsExactly(7.5, 15.0);
        assertThat(curve.loss()).containsExactly(0.30000000000000004, 0.7);
        assertThat(curve.low()).containsExactly(0.2, 0.6);
        assertThat(curve.high()).containsExactly(0.4, 0.8);
    }

    private static Curve only(Trial... trials) {
        return SeedCurves.losses(Quality.of(
                        SampleQuality.LOSS,
                        OptionalDouble.of(1),
                        List.of(new Trials("plain DJL", List.of(), List.of(trials)))))
                .get(0);
    }
}
