package org.vivace.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.loss.Loss;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.condition.OS;
import org.vivace.contract.Cuda;
import org.vivace.torch.HostTransfer.Kind;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "DJL's native methods are not bound anew there")
class HostTrafficTest extends TorchTest {

    private static List<HostTransfer> during(Runnable work) {
        try (HostTraffic traffic = HostTraffic.on(Device.cpu())) {
            work.run();
            return traffic.transfers();
        }
    }

    private static HostTransfer only(Kind kind, Runnable work) {
        List<HostTransfer> found = during(work);
        assertThat(found).extracting(HostTransfer::kind).containsExactly(kind);
        return found.get(0);
    }

    @Test
    void aNumberAsAnOperandIsCopiedFromJava() {
        NDArray x = manager.ones(new Shape(3));
        HostTransfer found = only(Kind.FROM_HOST, () -> x.mul(2));
        assertThat(found.operation()).isEqualTo("torchFromBlob");
        assertThat(found.actor())
                .startsWith("org.vivace.torch.HostTrafficTest.")
                .contains("aNumberAsAnOperandIsCopiedFromJava", "HostTrafficTest.java:");
        assertThat(found.ofDjl()).isFalse();
        assertThat(found.toString()).contains(" copies numbers from Java (torchFromBlob), called from org.vivace.");
    }

    @Test
    void writtenNumbersAreCopiedFromJava() {
        NDArray x = manager.ones(new Shape(3));
        assertThat(only(Kind.FROM_HOST, () -> x.set(new float[] {1, 2, 3})).operation())
                .isEqualTo("torchSet");
        assertThat(x.toFloatArray()).containsExactly(1, 2, 3);
    }

    @Test
    void valuesAreReadAndRight() {
        NDArray x = manager.create(new float[] {1, 2, 3});
        assertThat(only(Kind.TO_HOST, () -> assertThat(x.toFloatArray()).containsExactly(1, 2, 3))
                        .operation())
                .isEqualTo("torchDirectByteBuffer");
        NDArray halves = x.toType(DataType.FLOAT16, true);
        assertThat(only(Kind.TO_HOST, () -> assertThat(halves.toFloatArray()).containsExactly(1, 2, 3))
                        .operation())
                .isEqualTo("torchDataPtr");
        only(Kind.TO_HOST, () -> assertThat(x.getFloat(1)).isEqualTo(2));
    }

    @Test
    void manyReadsAreRight() {
        NDArray x = manager.create(new float[1000]);
        List<HostTransfer> found = during(() -> {
            for (int i = 0; i < 1000; i++) {
                assertThat(x.toFloatArray()).hasSize(1000);
                assertThat(x.toByteBuffer().remaining()).isEqualTo(4000);
            }
        });
        assertThat(found).hasSize(2000);
    }

    @Test
    void operatorsWithoutNumbersAreNotCounted() {
        NDArray x = leaf(1, 2, 3);
        NDArray one = manager.ones(new Shape());
        assertThat(during(() -> backward(() -> x.mul(one).softmax(0).add(x).sum())))
                .isEmpty();
    }

    @Test
    @EnabledIfSystemProperty(named = "os.arch", matches = "amd64|x86_64")
    void aShapeThatDependsOnValues() {
        NDArray x = manager.create(new float[] {1, 0, 3});
        assertThat(only(Kind.SHAPE, x::nonzero).operation()).isEqualTo("aten::nonzero");
        NDArray mask = manager.create(new boolean[] {true, false, true});
        assertThat(only(Kind.SHAPE, () -> x.booleanMask(mask)).kind()).isEqualTo(Kind.SHAPE);
    }

    @Test
    @EnabledIfSystemProperty(named = "os.arch", matches = "amd64|x86_64")
    void aValueThatTorchScriptReads() {
        List<NDArray> arrays = List.of(manager.ones(new Shape(3)));
        HostTransfer found = only(Kind.TO_HOST, () -> Finite.firstNotFinite(arrays));
        assertThat(found.operation()).isEqualTo("aten::_local_scalar_dense");
        assertThat(found.actor()).startsWith("org.vivace.torch.Finite.firstNotFinite(");
    }

    @Test
    void aFusedUpdateReadsItsScalarsOnTheDevice() {
        NDArray weight = leaf(1, 2, 3);
        backward(() -> weight.mul(weight).sum());
        NDArray step = manager.ones(new Shape());
        try (TensorList weights = TensorList.of(List.of(weight));
                TensorList means = TensorList.of(List.of(manager.zeros(new Shape(3))));
                TensorList variances = TensorList.of(List.of(manager.zeros(new Shape(3))))) {
            assertThat(during(() -> FusedUpdate.adam(
                            FusedUpdate.Decay.DECOUPLED, weights, means, variances, step, 0.1, 0.9, 0.999, 0, 1e-8)))
                    .isEmpty();
        }
    }

    @Test
    void whatDjlDoesByItselfIsNotOurs() {
        NDList labels = new NDList(manager.ones(new Shape(2, 3)));
        NDList predictions = new NDList(manager.zeros(new Shape(2, 3)));
        List<HostTransfer> found = during(() -> Loss.l2Loss().evaluate(labels, predictions));
        assertThat(found).isNotEmpty().allMatch(HostTransfer::ofDjl);
        assertThat(found.get(0).actor()).startsWith("ai.djl.training.loss.");
    }

    @Test
    void otherThreadsAreNotCounted() {
        NDArray x = manager.ones(new Shape(3));
        assertThat(during(() -> CompletableFuture.runAsync(() -> x.add(1)).join()))
                .isEmpty();
    }

    @Test
    void countsWhileItIsOpen() {
        NDArray x = manager.ones(new Shape(3));
        HostTraffic traffic = HostTraffic.on(Device.cpu());
        try (traffic) {
            x.add(1);
            x.add(1);
            assertThat(traffic.transfers()).hasSize(2);
            traffic.restart();
            assertThat(traffic.transfers()).isEmpty();
            x.sub(1);
        }
        x.add(1);
        assertThat(traffic.transfers()).hasSize(1);
    }

    @Test
    void aReportHasOneLineForEachPlace() {
        NDArray x = manager.ones(new Shape(3));
        List<HostTransfer> found = during(() -> {
            for (int i = 0; i < 3; i++) {
                x.add(1);
            }
            x.toFloatArray();
        });
        assertThat(HostTraffic.report(found).lines())
                .hasSize(2)
                .first()
                .asString()
                .startsWith("3 × org.vivace.torch.HostTrafficTest.")
                .contains("copies numbers from Java");
        assertThat(HostTraffic.report(List.of())).isEmpty();
    }

    @Tag("cuda")
    @Test
    void onAGpuOnlyWhatHasAnEndOnIt() {
        Device gpu = Cuda.device();
        NDArray here = manager.ones(new Shape(3));
        NDArray there = here.toDevice(gpu, true);
        try (HostTraffic traffic = HostTraffic.on(gpu)) {
            here.add(1);
            here.toFloatArray();
            assertThat(traffic.transfers()).isEmpty();
            there.add(1);
            there.toFloatArray();
            assertThat(traffic.transfers())
                    .extracting(HostTransfer::kind)
                    .containsExactly(Kind.FROM_HOST, Kind.BETWEEN_DEVICES);
        }
    }

    @Test
    void thereIsOneCountOnAThread() {
        try (HostTraffic traffic = HostTraffic.on(Device.cpu())) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> HostTraffic.on(Device.cpu()))
                    .withMessage("expected one count of host traffic on a thread, found another open on "
                            + Thread.currentThread().getName() + ": close that one first");
            assertThatThrownBy(() -> CompletableFuture.runAsync(traffic::close).join())
                    .cause()
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageMatching("expected a count of host traffic to be closed on thread "
                            + Thread.currentThread().getName()
                            + ", where it was opened, got .+: open and close it around the steps on one thread");
        }
        assertThat(during(() -> {})).isEmpty();
    }
}
