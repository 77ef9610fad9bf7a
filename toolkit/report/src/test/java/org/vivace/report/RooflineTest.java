package org.vivace.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.vivace.profile.ProfileRecord;
import org.vivace.profile.SampleProfile;
import org.vivace.trace.OperatorTotal;
import org.vivace.trace.StepPhase;

class RooflineTest {

    private final ProfileRecord record = SampleProfile.language();

    @Test
    void anOperatorIsWhereItsWorkAndItsTimePutIt() {
        List<RooflineDots.Dot> dots = RooflinePlot.dots(record.operators());
        // The copy computes nothing, and the optimizer is no pass through the model.
        assertThat(dots).extracting(RooflineDots.Dot::name).containsExactly("mm", "addmm", "add");
        RooflineDots.Dot product = dots.get(0);
        assertThat(product.phase()).isEqualTo(StepPhase.BACKWARD);
        // 6e9 operations on 9e7 bytes in 30 ms, twice.
        assertThat(product.intensity()).isCloseTo(200 / 3.0, within(1e-9));
        assertThat(product.gigaflops()).isCloseTo(200, within(1e-9));
        assertThat(product.micros()).isEqualTo(60_000);
    }

    @Test
    void theSameOperatorInSeveralBlocksIsOneDotAndUnknownWorkIsNone() {
        OperatorTotal one = new OperatorTotal("aten::mm", "a", Optional.of(StepPhase.FORWARD), 1, 10, 0.1, 100, 50, 0);
        OperatorTotal other =
                new OperatorTotal("aten::mm", "b", Optional.of(StepPhase.FORWARD), 1, 30, 0.3, 500, 150, 0);
        OperatorTotal unknown =
                new OperatorTotal("aten::mm", "c", Optional.of(StepPhase.FORWARD), 2, 30, 0.3, 500, 150, 1);
        List<RooflineDots.Dot> dots = RooflinePlot.dots(List.of(one, other, unknown));
        assertThat(dots).containsExactly(new RooflineDots.Dot("mm", StepPhase.FORWARD, 3, 600 / 40.0 / 1e3, 40));
        assertThat(RooflinePlot.hasData(List.of(unknown))).isFalse();
    }

    @Test
    void convolutionsHaveRoofsWhereThereAreAny() {
        assertThat(RooflinePlot.roofs(record.operators(), record.calibration().orElseThrow()))
                .extracting(RooflinePlot.Roof::gigaflops)
                .containsExactly(1200.0, 300.0);
        List<OperatorTotal> operators = new ArrayList<>(record.operators());
        operators.add(
                new OperatorTotal("aten::convolution", "a", Optional.of(StepPhase.FORWARD), 1, 10, 0.1, 100, 50, 0));
        assertThat(RooflinePlot.roofs(operators, record.calibration().orElseThrow()))
                .extracting(RooflinePlot.Roof::gigaflops)
                .containsExactly(1200.0, 300.0, 900.0, 250.0);
    }

    @Test
    void theRoofsAreWhereTheLogarithmicAxesPutThem() {
        assumeThat(Fonts.available()).as("Java2D has fonts").isTrue();
        BufferedImage image = ProfilePlots.roofline(record);
        int slope = Theme.MUTED.getRGB();
        List<Integer> xs = new ArrayList<>();
        List<Integer> ys = new ArrayList<>();
        // Left of all dots nothing crosses the slope.
        for (int x = 160; x < 560; x += 20) {
            for (int y = 90; y < 560; y++) {
                if (image.getRGB(x, y) == slope) {
                    xs.add(x);
                    ys.add(y);
                    break;
                }
            }
        }
        assertThat(xs).hasSizeGreaterThan(5);
        double rise = (double) (ys.get(0) - ys.get(ys.size() - 1)) / (xs.get(xs.size() - 1) - xs.get(0));
        for (int i = 1; i < xs.size(); i++) {
            assertThat((double) (ys.get(0) - ys.get(i)))
                    .as("rise to the pixel column " + xs.get(i))
                    .isCloseTo(rise * (xs.get(i) - xs.get(0)), within(4.0));
        }
        assertThat(rise).isPositive();
    }

    @Test
    void namesOfDotsInOnePlaceDoNotCoverEachOther() {
        assumeThat(Fonts.available()).as("Java2D has fonts").isTrue();
        List<OperatorTotal> crowd = new ArrayList<>();
        for (String name :
                List.of("mm", "bmm", "addmm", "_scaled_dot_product_flash_attention_for_cpu_backward", "mul")) {
            crowd.add(new OperatorTotal(
                    "aten::" + name, "a", Optional.of(StepPhase.BACKWARD), 1, 900, 0.2, 90_000_000, 1_000_000, 0));
        }
        BufferedImage image =
                RooflinePlot.of("A crowd", crowd, record.calibration().orElseThrow());
        int dark = 0;
        for (int x = 0; x < image.getWidth(); x++) {
            for (int y = 0; y < image.getHeight(); y++) {
                dark += image.getRGB(x, y) == new Color(0x1F2933).getRGB() ? 1 : 0;
            }
        }
        BufferedImage one = RooflinePlot.of(
                "A crowd", crowd.subList(0, 1), record.calibration().orElseThrow());
        int alone = 0;
        for (int x = 0; x < one.getWidth(); x++) {
            for (int y = 0; y < one.getHeight(); y++) {
                alone += one.getRGB(x, y) == new Color(0x1F2933).getRGB() ? 1 : 0;
            }
        }
        assertThat(dark).as("pixels of text").isGreaterThan(alone + 500);
    }
}
