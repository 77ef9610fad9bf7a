package org.vivace.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.List;
import org.junit.jupiter.api.Test;

class SketchTest {

    private static final Sketch EMPTY = Sketch.of("Memory by batch", "batch", "MiB");

    @Test
    void linesPointsAndLevelsAreDrawnInTheirColors() {
        assumeTrue(Fonts.available(), "no font to draw with");
        BufferedImage image = EMPTY.line("plain", List.of(1, 2, 4), List.of(10, 20, 40))
                .points("measured", List.of(1.0, 4.0), List.of(12.0, 44.0))
                .level("what is there", 30)
                .image();
        assertThat(image.getWidth()).isEqualTo(1280);
        assertThat(image.getHeight()).isEqualTo(720);
        assertThat(pixels(image, Theme.MUTED)).isGreaterThan(1000);
        assertThat(pixels(image, Theme.STRONG)).isBetween(200, 3000);
        assertThat(pixels(image, Theme.TEXT)).isGreaterThan(1000);
    }

    @Test
    void oneSketchServesSeveral() {
        assumeTrue(Fonts.available(), "no font to draw with");
        Sketch plain = EMPTY.line("plain", List.of(0, 1), List.of(1, 1));
        plain.points("more", List.of(0), List.of(2));
        assertThat(pixels(plain.image(), Theme.STRONG)).isZero();
    }

    private static int pixels(BufferedImage image, Color color) {
        int count = 0;
        for (int x = 0; x < image.getWidth(); x++) {
            for (int y = 0; y < image.getHeight(); y++) {
                count += (image.getRGB(x, y) & 0xFFFFFF) == (color.getRGB() & 0xFFFFFF) ? 1 : 0;
            }
        }
        return count;
    }

    @Test
    void whatCannotBeDrawnIsTold() {
        assertThatThrownBy(EMPTY::image)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a sketch must have a series, got none: add a line or points");
        assertThatThrownBy(() -> EMPTY.line("plain", List.of(1, 2), List.of(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("plain must have at least one point and as many heights as places, got 2 places and 1"
                        + " heights: give one height a place");
        assertThatThrownBy(() -> EMPTY.points("plain", List.of(), List.of())).hasMessageContaining("got 0 places");
        assertThatThrownBy(() -> EMPTY.line("plain", List.of(1), List.of(Double.NaN)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("plain must be finite, got NaN: leave that point out");
        assertThatThrownBy(() -> EMPTY.level("plain", 1).level("plain", 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("every series must have its own name, got plain twice: rename one");
    }
}
