package org.vivace.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PatchesTest extends TorchTest {

    private static final Shape PIXEL = new Shape(1, 1);

    /** Two channels of four pixels: 1, 2, 3, 6 about 3 and 0, 0, 4, 4 about 2. */
    @Test
    void covarianceOfSinglePixels() {
        NDArray images = manager.create(new float[] {1, 2, 3, 6, 0, 0, 4, 4}, new Shape(1, 2, 2, 2));
        NDArray covariance = Patches.covariance(images, PIXEL, PIXEL);
        assertThat(covariance.getManager()).isSameAs(manager);
        assertThat(covariance.getShape()).isEqualTo(new Shape(2, 2));
        assertThat(floats(covariance)).containsExactly(3.5f, 3, 3, 4);
    }

    @Test
    void covarianceOfPatchesIsTheFormula() {
        NDArray images = array(manager, 3, 2, 2, 5, 6);
        NDArray tall = Patches.covariance(images, new Shape(3, 2), PIXEL);
        assertThat(worst(reference(images, 3, 2, 1, 1), doubles(tall))).isLessThan(1e-5);
        NDArray dilated = Patches.covariance(images, new Shape(2, 3), new Shape(3, 2));
        assertThat(worst(reference(images, 2, 3, 3, 2), doubles(dilated))).isLessThan(1e-5);
        NDArray laidOut = MemoryFormat.CHANNELS_LAST.of(images);
        NDArray same = Patches.covariance(laidOut, new Shape(3, 2), PIXEL);
        assertThat(worst(reference(images, 3, 2, 1, 1), doubles(same))).isLessThan(1e-5);
    }

    /** Eigenvalues 1 along (1, -1) and 9 along (1, 1), whose mean is 5. */
    @Test
    void whiteningDividesByTheRoots() {
        NDArray covariance = manager.create(new float[] {5, 4, 4, 5}, new Shape(2, 2));
        float[] filters = floats(Patches.whitening(covariance, 0.6));
        double low = Math.sqrt(0.5) / 2; // 1 + 0.6 · 5 = 4
        double high = Math.sqrt(0.5) / Math.sqrt(12); // 9 + 0.6 · 5 = 12
        for (int i = 0; i < 4; i++) {
            assertThat(Math.abs(filters[i])).isCloseTo((float) (i < 2 ? low : high), within(1e-6f));
        }
        assertThat(filters[0] * filters[1]).isNegative();
        assertThat(filters[2] * filters[3]).isPositive();
    }

    @Test
    void aDirectionWithoutVarianceStaysFinite() {
        NDArray covariance = manager.create(new float[] {2, 2, 2, 2}, new Shape(2, 2));
        float[] filters = floats(Patches.whitening(covariance, 0.5)); // 0 and 4, their mean 2
        assertThat(Math.abs(filters[0])).isCloseTo((float) Math.sqrt(0.5), within(1e-6f));
        assertThat(Math.abs(filters[2])).isCloseTo((float) Math.sqrt(0.1), within(1e-6f));
    }

    /** Each filter is the sum of the rows (1, 2) and (3, 4), weighed by its two coordinates. */
    @Test
    void combinesRowsAndPassesGradientsToTheCoordinates() {
        NDArray filters = manager.create(new float[] {1, 2, 3, 4}, new Shape(2, 2));
        NDArray coordinates = leaf(manager, new Shape(2, 2, 1, 1), 1, 1, 2, -1);
        float[] combined = floats(Patches.combine(coordinates, filters));
        assertThat(combined).containsExactly(4, 6, -1, 0);
        NDArray factors = manager.create(new float[] {1, 0, 0, 10}, new Shape(2, 2, 1, 1));
        float[] gradient = gradient(
                coordinates, x -> Patches.combine(x, filters).mul(factors).sum());
        assertThat(gradient).containsExactly(1, 3, 20, 40);
    }

    @Test
    void coordinatesAreTheInverse() {
        NDArray images = array(manager, 5, 4, 2, 7, 7);
        NDArray filters = Patches.whitening(Patches.covariance(images, new Shape(3, 3), PIXEL), 0.01);
        NDArray weight = array(manager, 1, 5, 2, 3, 3);
        NDArray back = Patches.combine(Patches.coordinates(weight, filters), filters);
        assertThat(worst(doubles(weight), doubles(back))).isLessThan(1e-5);
    }

    @Test
    void combinesInFp32UnderAutocast() {
        NDArray filters = array(manager, 2, 4, 4);
        NDArray coordinates = array(manager, 3, 2, 1, 2, 2);
        float[] plain = floats(Patches.combine(coordinates, filters));
        try (Autocast scope = Autocast.enter(coordinates.getDevice(), Precision.BFLOAT16)) {
            NDArray within = Patches.combine(coordinates, filters);
            assertThat(within.getDataType()).isEqualTo(DataType.FLOAT32);
            assertThat(floats(within)).containsExactly(plain);
        }
    }

    @Test
    void errorsSayWhatWasExpected() {
        NDArray images = manager.ones(new Shape(1, 3, 2, 8));
        refuses(
                () -> Patches.covariance(images, new Shape(3, 3), PIXEL),
                "patches: expected images with sides of at least 3, the kernel's, got (2, 8): give larger images or a"
                        + " smaller kernel");
        refuses(
                () -> Patches.covariance(manager.ones(new Shape(3, 2, 8)), PIXEL, PIXEL),
                "patches: expected images of shape (batch, channels, height, width), got (3, 2, 8)");
        refuses(
                () -> Patches.whitening(manager.ones(new Shape(2, 3)), 1),
                "whitening: expected a covariance of shape (n, n), got (2, 3)");
        refuses(() -> Patches.whitening(manager.ones(new Shape(2, 2)), 0), "whitening: expected eps > 0, got 0.0");
        NDArray weight = manager.ones(new Shape(4, 3, 1, 1));
        NDArray filters = manager.ones(new Shape(2, 2));
        String size = "patches: expected the whitening filters of shape (3, 3), got (2, 2)";
        refuses(() -> Patches.combine(weight, filters), size);
        refuses(() -> Patches.coordinates(weight, filters), size);
        refuses(
                () -> Patches.combine(manager.ones(new Shape(4, 3)), manager.ones(new Shape(3, 3))),
                "patches: expected a weight of shape (filters, channels, height, width), got (4, 3)");
    }

    /** In doubles, patch by patch. */
    private static double[] reference(NDArray images, int high, int wide, int down, int right) {
        Shape shape = images.getShape();
        int channels = (int) shape.get(1);
        int rows = (int) shape.get(2);
        int columns = (int) shape.get(3);
        double[] pixels = doubles(images);
        List<double[]> patches = new ArrayList<>();
        for (int image = 0; image < shape.get(0); image++) {
            for (int top = 0; top + down * (high - 1) < rows; top++) {
                for (int left = 0; left + right * (wide - 1) < columns; left++) {
                    double[] patch = new double[channels * high * wide];
                    for (int i = 0; i < patch.length; i++) {
                        int channel = image * channels + i / (high * wide);
                        int row = top + down * (i / wide % high);
                        patch[i] = pixels[(channel * rows + row) * columns + left + right * (i % wide)];
                    }
                    patches.add(patch);
                }
            }
        }
        return covariance(patches);
    }

    private static double[] covariance(List<double[]> vectors) {
        int n = vectors.get(0).length;
        double[] means = new double[n];
        vectors.forEach(vector -> {
            for (int i = 0; i < n; i++) {
                means[i] += vector[i] / vectors.size();
            }
        });
        double[] sums = new double[n * n];
        vectors.forEach(vector -> {
            for (int i = 0; i < n * n; i++) {
                sums[i] += (vector[i / n] - means[i / n]) * (vector[i % n] - means[i % n]) / vectors.size();
            }
        });
        return sums;
    }

    private static void refuses(Runnable call, String message) {
        assertThatIllegalArgumentException().isThrownBy(call::run).withMessage(message);
    }
}
