package org.vivace.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImagesTest extends TorchTest {

    /** To half the size a triangle of width 4 weighs the pixels 3, 3, 1 at one border and 1, 3, 3 at the other, over 7. */
    @Test
    void halvesByTriangles() {
        NDArray rows = manager.create(new float[] {7, 0, 7, 14}, new Shape(1, 1, 4, 1)); // to (21+7)/7, (21+42)/7
        NDArray columns = manager.create(new float[] {7, 7, 0, 7}, new Shape(1, 1, 1, 4)); // to (21+21)/7, (7+21)/7
        NDArray half = Images.resize(rows.mul(columns), 2, 2);
        assertThat(half.getShape()).isEqualTo(new Shape(1, 1, 2, 2));
        assertThat(half.getManager()).isSameAs(manager);
        double[] expected = {4 * 6, 4 * 4, 9 * 6, 9 * 4};
        assertThat(worst(expected, doubles(half))).isLessThan(1e-4);
    }

    @ParameterizedTest
    @CsvSource({"8, 8", "5, 7", "12, 16", "1, 3", "20, 9"})
    void isTheFormulaAtAnySize(int height, int width) {
        NDArray images = array(manager, 1, 2, 3, 12, 16);
        double[] expected = reference(doubles(images), 6, 12, 16, height, width);
        assertThat(worst(expected, doubles(Images.resize(images, height, width))))
                .isLessThan(1e-5);
        NDArray wide = images.toType(DataType.FLOAT64, true);
        NDArray exact = Images.resize(wide, height, width);
        assertThat(exact.getDataType()).isEqualTo(DataType.FLOAT64);
        assertThat(worst(expected, exact.toDoubleArray())).isLessThan(1e-12);
    }

    @Test
    void theOwnSizeIsACopy() {
        NDArray images = array(manager, 1, 1, 2, 3, 4);
        NDArray same = Images.resize(images, 3, 4);
        assertThat(floats(same)).containsExactly(floats(images));
        assertThat(same).isNotSameAs(images);
    }

    @Test
    void cropsARectangle() {
        NDArray images = manager.arange(2 * 2 * 3 * 4).reshape(2, 2, 3, 4);
        NDArray part = Images.crop(images, 1, 2, 2, 1);
        assertThat(part.getShape()).isEqualTo(new Shape(2, 2, 2, 1));
        assertThat(part.toIntArray()).containsExactly(6, 10, 18, 22, 30, 34, 42, 46);
        assertThat(part.getManager()).isSameAs(manager);
    }

    @ParameterizedTest
    @CsvSource({"CONTIGUOUS, CHANNELS_LAST", "CHANNELS_LAST, CONTIGUOUS"})
    void theLayoutStaysAndTheValuesDoNotHangOnIt(MemoryFormat format, MemoryFormat other) {
        NDArray planes = array(manager, 1, 2, 3, 12, 16);
        NDArray images = format.of(planes);
        NDArray small = Images.resize(images, 8, 6);
        NDArray part = Images.crop(images, 1, 2, 8, 6);
        for (NDArray result : new NDArray[] {small, part}) {
            assertThat(format.holds(result)).isTrue();
            assertThat(other.holds(result)).isFalse();
        }
        assertThat(worst(doubles(Images.resize(planes, 8, 6)), doubles(small))).isLessThan(1e-6);
        assertThat(floats(part)).containsExactly(floats(Images.crop(planes, 1, 2, 8, 6)));
    }

    @Test
    void gradientsFlowThrough() {
        float[] gradient = gradient(
                array(manager, 1, 1, 1, 4, 4), a -> Images.resize(a, 2, 2).sum());
        // Each weight is that of the row times that of the column: (3 + 0)/7, (3 + 1)/7, …
        assertThat(gradient[0]).isCloseTo(9 / 49f, within(1e-6f));
        assertThat(gradient[1]).isCloseTo(12 / 49f, within(1e-6f));
        assertThat(gradient[5]).isCloseTo(16 / 49f, within(1e-6f));
    }

    @Test
    void leaveNothingBehindButTheirResults() {
        NDArray images = array(manager, 1, 2, 3, 4, 4);
        int before = manager.getManagedArrays().size();
        Images.resize(images, 2, 2).close();
        Images.crop(images, 0, 0, 2, 2).close();
        assertThat(manager.getManagedArrays()).hasSize(before);
    }

    @Test
    void errorsSayWhatWasExpected() {
        NDArray images = manager.ones(new Shape(2, 3, 4, 5));
        assertThatThrownBy(() -> Images.resize(manager.ones(new Shape(3, 4, 5)), 2, 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("images: expected them of shape (batch, channels, height, width), got (3, 4, 5)");
        assertThatThrownBy(() -> Images.crop(manager.ones(new Shape(3, 4, 5)), 0, 0, 2, 2))
                .hasMessage("images: expected them of shape (batch, channels, height, width), got (3, 4, 5)");
        assertThatThrownBy(() -> Images.resize(manager.ones(images.getShape(), DataType.UINT8), 2, 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("images: expected fp32 or fp64 to resize, got uint8: cast them first");
        assertThatThrownBy(() -> Images.resize(images, 0, 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("images: expected sides of at least 1, got (0, 2): give a larger size");
        String within = "images: expected a rectangle within (4, 5), got ";
        assertThatThrownBy(() -> Images.crop(images, 1, 0, 4, 5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(within + "(4, 5) at (1, 0): give a smaller one or move it");
        assertThatThrownBy(() -> Images.crop(images, 0, 2, 2, 4)).hasMessageStartingWith(within + "(2, 4) at (0, 2)");
        assertThatThrownBy(() -> Images.crop(images, 0, 0, 0, 1)).hasMessageStartingWith(within + "(0, 1) at (0, 0)");
        assertThatThrownBy(() -> Images.crop(images, 0, 0, 1, 0)).hasMessageStartingWith(within + "(1, 0) at (0, 0)");
        assertThatThrownBy(() -> Images.crop(images, -1, 0, 1, 1)).hasMessageContaining("at (-1, 0)");
        assertThatThrownBy(() -> Images.crop(images, 0, -1, 1, 1)).hasMessageContaining("at (0, -1)");
    }

    /** The same in fp64 from the definition, one output pixel after the other. */
    private static double[] reference(double[] x, int planes, int h, int w, int height, int width) {
        double[] result = new double[planes * height * width];
        for (int plane = 0; plane < planes; plane++) {
            for (int row = 0; row < height; row++) {
                for (int column = 0; column < width; column++) {
                    double sum = 0;
                    for (int i = 0; i < h; i++) {
                        for (int j = 0; j < w; j++) {
                            sum += weight(i, row, h, height) * weight(j, column, w, width) * x[(plane * h + i) * w + j];
                        }
                    }
                    result[(plane * height + row) * width + column] = sum;
                }
            }
        }
        return result;
    }

    private static double weight(int from, int to, int size, int newSize) {
        double all = 0;
        for (int i = 0; i < size; i++) {
            all += triangle(i, to, size, newSize);
        }
        return triangle(from, to, size, newSize) / all;
    }

    private static double triangle(int from, int to, int size, int newSize) {
        double scale = (double) size / newSize;
        double centre = (to + 0.5) * scale;
        return Math.max(0, 1 - Math.abs(from + 0.5 - centre) / Math.max(scale, 1));
    }
}
