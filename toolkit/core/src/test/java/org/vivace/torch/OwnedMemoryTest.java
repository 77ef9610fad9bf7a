package org.vivace.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.GradientCollector;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What is computed from numbers in Java outlives the buffers that brought them, which in stock DJL it does not. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "DJL's native methods are not bound anew there")
class OwnedMemoryTest extends TorchTest {

    @Test
    void aScalarOperandIsThereForTheBackwardPass() {
        for (int i = 0; i < 5; i++) {
            try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
                NDArray x = manager.ones(new Shape(4));
                x.setRequiresGradient(true);
                List<NDArray> products = new ArrayList<>();
                for (int k = 0; k < 20; k++) {
                    products.add(x.mul(3f).div(2.0));
                }
                collectGarbage();
                NDArray sum = products.get(0);
                for (NDArray product : products.subList(1, products.size())) {
                    sum = sum.add(product);
                }
                collector.backward(sum.sum());
                assertThat(x.getGradient().toFloatArray()).containsOnly(30);
            }
        }
    }

    @Test
    void aViewOutlivesItsArray() {
        List<NDArray> views = new ArrayList<>();
        for (int k = 0; k < 50; k++) {
            try (NDArray array = manager.create(new float[] {1, 2, 3, 4, 5, 6})) {
                views.add(array.reshape(2, 3));
            }
        }
        collectGarbage();
        assertThat(views).allSatisfy(view -> assertThat(view.toFloatArray()).containsExactly(1, 2, 3, 4, 5, 6));
    }

    @Test
    void aViewOfAnArrayThatWasSetOutlivesIt() {
        List<NDArray> views = new ArrayList<>();
        for (int k = 0; k < 50; k++) {
            try (NDArray array = manager.zeros(new Shape(6))) {
                array.set(new float[] {1, 2, 3, 4, 5, 6});
                views.add(array.reshape(2, 3));
            }
        }
        collectGarbage();
        assertThat(views).allSatisfy(view -> assertThat(view.toFloatArray()).containsExactly(1, 2, 3, 4, 5, 6));
    }

    @Test
    void aTrainedArrayThatIsSetKeepsItsGradient() {
        NDArray x = manager.ones(new Shape(2));
        x.setRequiresGradient(true);
        try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
            collector.backward(x.mul(x).sum());
        }
        x.set(new float[] {5, 7});
        assertThat(x.hasGradient()).isTrue();
        assertThat(x.getGradient().toFloatArray()).containsExactly(2, 2);
        try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
            collector.backward(x.mul(x).sum());
        }
        assertThat(x.getGradient().toFloatArray()).containsExactly(12, 16);
    }

    /** As in stock DJL, where setting is not recorded. */
    @Test
    void anArrayMayBeSetWhereItIsRecorded() throws Exception {
        NDArray x = manager.ones(new Shape(2));
        x.setRequiresGradient(true);
        try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
            x.set(new float[] {5, 7});
            NDArray product = x.mul(3f);
            product.set(new float[] {1, 2});
            assertThat(product.toFloatArray()).containsExactly(1, 2);
            collector.backward(x.mul(x).sum());
        }
        assertThat(x.getGradient().toFloatArray()).containsExactly(10, 14);
        Thread other = new Thread(() -> x.set(new float[] {8, 9}));
        other.start();
        other.join();
        assertThat(x.toFloatArray()).containsExactly(8, 9);
    }

    @Test
    void everyTypeAndNoElementsAtAll() {
        assertThat(manager.create(new int[] {1, -2}).toIntArray()).containsExactly(1, -2);
        assertThat(manager.create(new long[] {1L << 40}).toLongArray()).containsExactly(1L << 40);
        assertThat(manager.create(new double[] {0.1}).toDoubleArray()).containsExactly(0.1);
        assertThat(manager.create(new boolean[] {true, false}).toBooleanArray()).containsExactly(true, false);
        assertThat(manager.create(new byte[] {-3}).toByteArray()).containsExactly((byte) -3);
        assertThat(manager.create(new float[0], new Shape(0, 3)).getShape()).isEqualTo(new Shape(0, 3));
        NDArray bytes = manager.create(new byte[] {1, 2});
        bytes.set(new byte[] {3, 4});
        assertThat(bytes.toByteArray()).containsExactly((byte) 3, (byte) 4);
    }

    @Test
    void aBufferOfTheUsersOwnIsCopiedToo() {
        ByteBuffer buffer = ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder());
        buffer.putFloat(1).putFloat(2).rewind();
        NDArray array = manager.create(buffer, new Shape(2), DataType.FLOAT32);
        buffer.putFloat(0, 9);
        assertThat(array.toFloatArray()).containsExactly(1, 2);
    }

    @Test
    void aWholeDataSetIsNotCopied() {
        int elements = Math.toIntExact(OwnedMemory.LARGEST / 4 + 1);
        ByteBuffer buffer = ByteBuffer.allocateDirect(4 * elements).order(ByteOrder.nativeOrder());
        NDArray array = manager.create(buffer, new Shape(elements), DataType.FLOAT32);
        buffer.putFloat(0, 9);
        assertThat(array.getFloat(0)).isEqualTo(9);
    }

    @Test
    void djlsOwnErrorsArriveAndLeaveNothing() {
        assertThatThrownBy(() -> JniUtils.createNdFromByteBuffer(
                        (PtNDManager) manager,
                        ByteBuffer.allocateDirect(8),
                        new Shape(-1),
                        DataType.FLOAT32,
                        SparseFormat.DENSE,
                        Device.cpu()))
                .isInstanceOf(EngineException.class);
        assertThat(manager.create(4f).getFloat()).isEqualTo(4);
    }

    /** Frees buffers that nobody holds, and has libtorch write NaN where they were. */
    private void collectGarbage() {
        for (int round = 0; round < 3; round++) {
            System.gc();
            try {
                Thread.sleep(5);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            for (int k = 0; k < 300; k++) {
                manager.full(new Shape(1 + k % 40), Float.NaN, DataType.FLOAT32);
            }
        }
    }
}
