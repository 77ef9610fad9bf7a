package org.vivace.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vivace.contract.Cuda;

class AutocastTest extends TorchTest {

    private static final Device CPU = Device.cpu();

    @AfterEach
    void offAgain() {
        assertThat(Autocast.current(CPU).enabled()).isFalse();
    }

    private static Precision ofProduct(NDManager owner) {
        try (NDArray x = owner.ones(new Shape(4, 4));
                NDArray product = x.matMul(x)) {
            return Precision.of(product);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"BFLOAT16", "FLOAT16"})
    void matrixProductsAreLowInsideAndFullOutside(Precision precision) {
        assertThat(ofProduct(manager)).isEqualTo(Precision.FLOAT32);
        try (Autocast scope = Autocast.enter(CPU, precision)) {
            assertThat(ofProduct(manager)).isEqualTo(precision);
            assertThat(Autocast.current(CPU)).isEqualTo(new Autocast.State(CPU, true, precision));
        }
        assertThat(ofProduct(manager)).isEqualTo(Precision.FLOAT32);
    }

    @Test
    void scopesNestAndOffIsAScopeToo() {
        try (Autocast outer = Autocast.enter(CPU, Precision.BFLOAT16)) {
            try (Autocast off = Autocast.off(CPU)) {
                assertThat(ofProduct(manager)).isEqualTo(Precision.FLOAT32);
                try (Autocast inner = Autocast.enter(CPU, Precision.FLOAT16)) {
                    assertThat(ofProduct(manager)).isEqualTo(Precision.FLOAT16);
                }
                assertThat(ofProduct(manager)).isEqualTo(Precision.FLOAT32);
            }
            assertThat(ofProduct(manager)).isEqualTo(Precision.BFLOAT16);
        }
    }

    @Test
    void aScriptFollowsThePrecisionOfTheMoment() {
        // libtorch's script compiler keeps one graph for autocast on and one for off, not one for each precision.
        NDArray q = array(manager, 1, 1, 1, 4, 8);
        for (Precision precision : new Precision[] {Precision.BFLOAT16, Precision.FLOAT16, Precision.BFLOAT16}) {
            for (int i = 0; i < 4; i++) {
                try (Autocast scope = Autocast.enter(CPU, precision)) {
                    assertThat(Precision.of(Attention.causal(q, q, q, 0))).isEqualTo(precision);
                }
                assertThat(Precision.of(Attention.causal(q, q, q, 0))).isEqualTo(Precision.FLOAT32);
            }
        }
    }

    @Test
    void theStateIsRestoredWhenTheBodyThrows() {
        assertThatThrownBy(() -> {
                    try (Autocast scope = Autocast.enter(CPU, Precision.FLOAT16)) {
                        manager.ones(new Shape(2, 3)).matMul(manager.ones(new Shape(2, 3)));
                    }
                })
                .hasMessageContaining("cannot be multiplied");
        assertThat(ofProduct(manager)).isEqualTo(Precision.FLOAT32);
    }

    @Test
    void refusesFloat32() {
        assertThatThrownBy(() -> Autocast.enter(CPU, Precision.FLOAT32))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("autocast: expected bf16 or fp16, got fp32: omit the scope, or use"
                        + " Autocast.off(device) for fp32 inside a scope");
    }

    @Test
    void refusesToBeClosedOnAnotherThread() {
        try (Autocast scope = Autocast.enter(CPU, Precision.BFLOAT16)) {
            String here = Thread.currentThread().getName();
            assertThatThrownBy(() -> CompletableFuture.runAsync(scope::close).join())
                    .isInstanceOf(CompletionException.class)
                    .hasCauseInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("autocast: expected to be closed on thread " + here)
                    .hasMessageContaining("enter and close it around the forward pass on one thread");
            assertThat(ofProduct(manager)).isEqualTo(Precision.BFLOAT16);
        }
    }

    @Test
    void refusesToCloseTheOuterScopeFirstAndClosesOnce() {
        Autocast outer = Autocast.enter(CPU, Precision.BFLOAT16);
        Autocast inner = Autocast.enter(CPU, Precision.FLOAT16);
        assertThatThrownBy(outer::close)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("autocast: expected the scope that was entered last to be closed first, got an outer one:"
                        + " use try-with-resources");
        inner.close();
        inner.close();
        assertThat(Autocast.current(CPU)).isEqualTo(new Autocast.State(CPU, true, Precision.BFLOAT16));
        outer.close();
        assertThat(Autocast.current(CPU).enabled()).isFalse();
    }

    @Test
    void theStateBelongsToTheThreadAndMayBeEnteredOnAnother() {
        try (Autocast scope = Autocast.enter(CPU, Precision.FLOAT16)) {
            Autocast.State state = Autocast.current(CPU);
            Precision[] there = CompletableFuture.supplyAsync(() -> {
                        try (NDManager own = NDManager.newBaseManager(CPU, "PyTorch")) {
                            Precision before = ofProduct(own);
                            try (Autocast again = state.enter()) {
                                return new Precision[] {before, ofProduct(own)};
                            }
                        }
                    })
                    .join();
            assertThat(there).containsExactly(Precision.FLOAT32, Precision.FLOAT16);
        }
    }

    @Test
    void anOffStateMayBeEnteredAgainInsideAScope() {
        Autocast.State off = Autocast.current(CPU);
        try (Autocast scope = Autocast.enter(CPU, Precision.BFLOAT16);
                Autocast again = off.enter()) {
            assertThat(ofProduct(manager)).isEqualTo(Precision.FLOAT32);
        }
    }

    @Test
    void aWeightUpdatedBetweenTwoScopesTakesEffect() {
        NDArray x = manager.ones(new Shape(1, 2));
        NDArray weight = leaf(manager, new Shape(2, 1), 1, 2);
        float[] products = new float[2];
        for (int i = 0; i < 2; i++) {
            int scopeNumber = i;
            backward(() -> {
                try (Autocast scope = Autocast.enter(CPU, Precision.BFLOAT16)) {
                    NDArray product = Cast.to(x.matMul(weight), Precision.FLOAT32);
                    products[scopeNumber] = floats(product)[0];
                    return product.sum();
                }
            });
            try (GradMode mode = GradMode.off()) {
                weight.addi(10);
            }
        }
        assertThat(products).containsExactly(3, 23);
    }

    @Test
    void theCastOfAWeightIsMadeOnceAScope() {
        // In one scope the cached cast is what the second product sees; only leaves that require grad are cached.
        NDArray x = manager.ones(new Shape(1, 2));
        NDArray weight = leaf(manager, new Shape(2, 1), 1, 2);
        backward(() -> {
            try (Autocast outer = Autocast.enter(CPU, Precision.BFLOAT16)) {
                NDArray first = x.matMul(weight);
                try (Autocast inner = Autocast.enter(CPU, Precision.BFLOAT16)) {
                    x.matMul(weight);
                } // an inner scope's end clears nothing
                try (GradMode mode = GradMode.off()) {
                    weight.addi(10);
                }
                NDArray second = x.matMul(weight);
                assertThat(floats(Cast.to(second, Precision.FLOAT32))).containsExactly(3);
                return Cast.to(first.add(second), Precision.FLOAT32).sum();
            }
        });
        assertThat(floats(weight.getGradient())).containsExactly(2, 2);
    }

    @ParameterizedTest
    @EnumSource(names = {"BFLOAT16", "FLOAT16"})
    @Tag("cuda")
    void matrixProductsOnCuda(Precision precision) {
        Device gpu = Cuda.device();
        try (NDManager onGpu = NDManager.newBaseManager(gpu, "PyTorch")) {
            try (Autocast scope = Autocast.enter(gpu, precision)) {
                assertThat(ofProduct(onGpu)).isEqualTo(precision);
                assertThat(ofProduct(manager)).isEqualTo(Precision.FLOAT32);
                try (Autocast off = Autocast.off(gpu)) {
                    assertThat(ofProduct(onGpu)).isEqualTo(Precision.FLOAT32);
                }
            }
            assertThat(ofProduct(onGpu)).isEqualTo(Precision.FLOAT32);
        }
    }
}
