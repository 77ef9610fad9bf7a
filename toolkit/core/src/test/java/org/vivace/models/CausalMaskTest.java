package org.vivace.models;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CausalMaskTest {

    private static final float HIDDEN = Float.NEGATIVE_INFINITY;

    private final NDManager manager = NDManager.newBaseManager();

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void hidesWhatComesLater() {
        assertThat(view(3).toFloatArray()).containsExactly(0, HIDDEN, HIDDEN, 0, 0, HIDDEN, 0, 0, 0);
        assertThat(view(1).toFloatArray()).containsExactly(0);
    }

    @Test
    void growingKeepsEarlierViewsValid() {
        NDArray small = view(2);
        for (int time = 600; time < 604; time++) {
            assertThat(view(time).getShape()).isEqualTo(new Shape(time, time));
        }
        assertThat(small.toFloatArray()).containsExactly(0, HIDDEN, 0, 0);
    }

    @Test
    void outlivesTheScopeItWasBuiltIn() {
        try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            view(700);
        }
        assertThat(view(700).getFloat(699, 0)).isZero();
        assertThat(view(2).toFloatArray()).containsExactly(0, HIDDEN, 0, 0);
    }

    @Test
    void viewsBelongToTheCaller() {
        int before = manager.getManagedArrays().size();
        view(5);
        assertThat(manager.getManagedArrays()).hasSize(before + 1);
    }

    private NDArray view(int time) {
        return CausalMask.view(manager, manager.getDevice(), time);
    }
}
