package org.vivace.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.vivace.contract.Cuda;

class TensorListTest extends TorchTest {

    @Test
    void holdsWhatItWasGivenInOrder() {
        List<NDArray> arrays = new ArrayList<>(List.of(leaf(1, 2), leaf(3)));
        try (TensorList list = TensorList.of(arrays)) {
            List<NDArray> given = List.copyOf(arrays);
            arrays.clear();
            assertThat(list.size()).isEqualTo(2);
            assertThat(list.arrays()).containsExactlyElementsOf(given);
        }
    }

    @Test
    void mayBeEmpty() {
        try (TensorList none = TensorList.of(List.of())) {
            assertThat(none.size()).isZero();
            assertThat(none.arrays()).isEmpty();
        }
    }

    @Test
    void sharesTheTensorsAndSeesTheirChanges() {
        NDArray a = leaf(1);
        try (TensorList list = TensorList.of(List.of(a))) {
            backward(() -> a.mul(3).sum());
            assertThat(Gradients.norm(list).getFloat()).isEqualTo(3);
            backward(() -> a.mul(4).sum());
            assertThat(Gradients.norm(list).getFloat()).isEqualTo(7);
        }
        assertThat(floats(a)).containsExactly(1); // closing the list leaves the arrays
    }

    @Test
    void oneListMayMatchSeveralOthers() {
        NDArray a = leaf(1, 2);
        try (TensorList one = TensorList.of(List.of(a));
                TensorList same = TensorList.of(List.of(a.zerosLike()));
                TensorList longer = TensorList.of(List.of(leaf(1, 2, 3)))) {
            same.requireAlike("op", "state", one);
            assertThatThrownBy(() -> same.requireAlike("op", "state", longer))
                    .hasMessage("op: expected state[0] of shape (3), got (2)");
            same.requireAlike("op", "state", one);
        }
    }

    @Test
    void aClosedListIsAJavaException() {
        NDArray a = leaf(1);
        backward(a::sum);
        TensorList list = TensorList.of(List.of(a));
        list.close();
        assertThatThrownBy(() -> Gradients.zero(list)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void listsHoldNoMemoryOnceClosed() {
        long before = 0;
        for (int i = 0; i < 600; i++) {
            if (i == 100) {
                before = PeakMemory.residentBytes().orElse(0);
            }
            NDArray array = manager.ones(new Shape(256 * 1024)); // 1 MB, freed only when the list lets go of it
            TensorList list = TensorList.of(List.of(array));
            array.close();
            list.close();
        }
        assertThat(PeakMemory.residentBytes().orElse(0) - before).isLessThan(150L << 20);
    }

    @Test
    @Tag("cuda")
    void refusesArraysOnDifferentDevices() {
        Device gpu = Cuda.device();
        try (NDManager onGpu = NDManager.newBaseManager(gpu, "PyTorch")) {
            assertThatThrownBy(() -> TensorList.of(List.of(leaf(1), onGpu.ones(new Shape(1)))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("tensor list: expected all arrays on cpu(), got [1] on gpu(0): make one list for each"
                            + " device");
        }
    }
}
