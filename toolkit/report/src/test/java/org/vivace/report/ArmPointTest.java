package org.vivace.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class ArmPointTest {

    private static final List<ArmPoint> POINTS = List.of(
            point(100, 0.80), point(40, 0.85), point(60, 0.84), point(90, 0.90), point(40, 0.70), point(95, 0.90));

    @Test
    void theFrontHasWhatNothingBeatsBothWays() {
        assertThat(ArmPoint.front(POINTS, SampleQuality.ACCURACY)).containsExactly(1, 3);
        assertThat(ArmPoint.front(POINTS, SampleQuality.LOSS)).containsExactly(4);
    }

    @Test
    void aPointIsTheMeanOfTheSeeds() {
        ArmPoint recipe = ArmPoint.of(SampleQuality.language()).get(2);
        assertThat(recipe.seconds()).hasSize(3);
        double sum = recipe.seconds()[0] + recipe.seconds()[1] + recipe.seconds()[2];
        assertThat(recipe.meanSeconds()).isCloseTo(sum / 3, within(1e-9));
        assertThat(recipe.meanQuality())
                .isEqualTo(SampleQuality.language()
                        .arms()
                        .get(2)
                        .finalQuality()
                        .orElseThrow()
                        .mean());
    }

    @Test
    void whatDivergedHasNoPointAndLeavesTheOthersTheirLooks() {
        assertThat(ArmPoint.of(QualityTableTest.diverged()))
                .extracting(ArmPoint::place)
                .containsExactly(0);
    }

    private static ArmPoint point(double seconds, double quality) {
        return new ArmPoint(0, "arm", new double[] {seconds}, new double[] {quality});
    }
}
