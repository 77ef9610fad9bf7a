package org.vivace.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.Batch;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class GlyphsTest {

    @Test
    void theSeedDecidesTheImages() {
        float[] first = pixels(Glyphs.of(40, 7));

        assertThat(pixels(Glyphs.of(40, 7))).containsExactly(first);
        assertThat(pixels(Glyphs.of(40, 8))).isNotEqualTo(first);
    }

    @Test
    void fewerImagesAreTheFirstOfMore() {
        float[] many = pixels(Glyphs.of(40, 7));

        assertThat(pixels(Glyphs.of(15, 7))).containsExactly(Arrays.copyOf(many, 15 * 32 * 32));
    }

    @Test
    void classesTakeTurnsAndValuesAreNormalized() {
        Images glyphs = Glyphs.of(500, 1).batch(500).inOrder();

        assertThat(glyphs.shape()).isEqualTo(new Shape(1, 32, 32));
        assertThat(glyphs.classes()).isEqualTo(Glyphs.CLASS_NAMES.size()).isEqualTo(10);
        try (NDManager manager = NDManager.newBaseManager();
                Batch batch = glyphs.getData(manager).iterator().next()) {
            long[] labels = batch.getLabels().head().toLongArray();
            for (int i = 0; i < labels.length; i++) {
                assertThat(labels[i]).isEqualTo(i % 10);
            }
            float[] values = batch.getData().head().toFloatArray();
            double mean = mean(values, 0.0, 1);
            assertThat(mean).isBetween(-0.1, 0.1);
            assertThat(Math.sqrt(mean(values, mean, 2))).isBetween(0.9, 1.1);
        }
    }

    @Test
    void everyShapeIsDistinctInsideItsSquareAndNeedsNoFont() {
        for (GlyphShape shape : GlyphShape.ALL) {
            assertThat(shape.path().getBounds2D().getMinX()).isBetween(-0.5, 0.0);
            assertThat(shape.path().getBounds2D().getMaxX()).isBetween(0.0, 0.5);
            assertThat(shape.path().getBounds2D().getMinY()).isBetween(-0.5, 0.0);
            assertThat(shape.path().getBounds2D().getMaxY()).isBetween(0.0, 0.5);
        }
        assertThat(GlyphShape.ALL.stream().map(GlyphsTest::ink)).doesNotHaveDuplicates();
    }

    @Test
    void aCountBelowOneIsRefused() {
        assertThatThrownBy(() -> Glyphs.of(0, 1)).hasMessage("count must be at least 1, got 0: give a positive number");
    }

    private static int ink(GlyphShape shape) {
        BufferedImage image = new BufferedImage(200, 200, BufferedImage.TYPE_BYTE_GRAY);
        var canvas = image.createGraphics();
        canvas.translate(100, 100);
        canvas.scale(200, 200);
        canvas.setStroke(new java.awt.BasicStroke(0.05f));
        canvas.draw(shape.path());
        canvas.dispose();
        return Arrays.hashCode(image.getRaster().getPixels(0, 0, 200, 200, (int[]) null));
    }

    private static double mean(float[] values, double about, int power) {
        double sum = 0;
        for (float value : values) {
            sum += Math.pow(value - about, power);
        }
        return sum / values.length;
    }

    private static float[] pixels(Images images) {
        try (NDManager manager = NDManager.newBaseManager();
                Batch batch = images.inOrder().getData(manager).iterator().next()) {
            return batch.getData().head().toFloatArray();
        }
    }
}
