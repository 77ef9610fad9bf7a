package org.vivace.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;

class PaddingWasteTest {

    private static double share(Shape shape, int... values) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            return PaddingWaste.share(manager.create(values, shape)).orElse(Double.NaN);
        }
    }

    @Test
    void countsTheValueThatRowsEndIn() {
        // Rows of 4: two padded positions, none, three: 5 of 12.
        assertThat(share(new Shape(3, 4), 7, 8, 0, 0, 5, 6, 7, 8, 9, 0, 0, 0)).isCloseTo(5 / 12.0, within(1e-12));
    }

    @Test
    void aRowOfNothingButPaddingCountsWhole() {
        assertThat(share(new Shape(2, 3), 0, 0, 0, 1, 2, 3)).isCloseTo(0.5, within(1e-12));
    }

    @Test
    void textsThatEndInDifferentRepetitionsAreNotPadded() {
        assertThat(share(new Shape(2, 3), 1, 2, 2, 4, 3, 3)).isZero();
    }

    @Test
    void onlyBatchesOfWholeNumbersAreSequences() {
        assertThat(share(new Shape(6), 0, 0, 0, 0, 0, 0)).isNaN();
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            assertThat(PaddingWaste.share(manager.zeros(new Shape(2, 3)))).isEmpty();
            NDArray longs = manager.create(new long[] {1, 0, 0, 1, 2, 3}, new Shape(2, 3));
            assertThat(PaddingWaste.share(longs).orElseThrow()).isCloseTo(1 / 3.0, within(1e-12));
        }
    }
}
