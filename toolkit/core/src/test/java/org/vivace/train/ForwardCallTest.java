package org.vivace.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.training.ParameterStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ForwardCallTest {

    private static final Block DOUBLES = LambdaBlock.singleton(array -> array.mul(2));

    @Test
    void aBodyMayChangeWhatGoesInAndWhatComesOut() {
        Block block = ForwardCall.around(
                DOUBLES,
                call -> new NDList(
                        call.proceed(new NDList(call.inputs().singletonOrThrow().add(1)))
                                .singletonOrThrow()
                                .neg()));
        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray output = block.forward(
                            new ParameterStore(manager, false), new NDList(manager.create(new float[] {1, 2})), false)
                    .singletonOrThrow();
            assertThat(output.toFloatArray()).containsExactly(-4, -6);
        }
    }

    @Test
    void aPassWithAFlagOrWithLabelsIsOneOfTraining() {
        List<Boolean> training = new ArrayList<>();
        Block block = ForwardCall.around(DOUBLES, call -> {
            training.add(call.training());
            return call.proceed();
        });
        try (NDManager manager = NDManager.newBaseManager()) {
            ParameterStore store = new ParameterStore(manager, false);
            NDList inputs = new NDList(manager.ones(new Shape(1)));
            block.forward(store, inputs, false);
            block.forward(store, inputs, true);
            block.forward(store, inputs, inputs, null);
        }
        assertThat(training).containsExactly(false, true, true);
    }

    @Test
    void labelsMayBeOthersToo() {
        List<Shape> seen = new ArrayList<>();
        Block inner = ForwardCall.around(DOUBLES, call -> {
            call.labels().ifPresent(labels -> seen.add(labels.singletonOrThrow().getShape()));
            return call.inputs();
        });
        try (NDManager manager = NDManager.newBaseManager()) {
            ParameterStore store = new ParameterStore(manager, false);
            NDList inputs = new NDList(manager.ones(new Shape(1)));
            NDList labels = new NDList(manager.ones(new Shape(2)));
            NDList others = new NDList(manager.ones(new Shape(3)));
            ForwardCall.around(inner, ForwardCall::proceed).forward(store, inputs, labels, null);
            ForwardCall.around(inner, call -> call.proceed(store, inputs, Optional.of(others)))
                    .forward(store, inputs, labels, null);
            inner.forward(store, inputs, true);
        }
        assertThat(seen).containsExactly(new Shape(2), new Shape(3));
    }

    @Test
    void whatTheBlockThrowsComesThroughAsItIs() {
        IllegalStateException thrown = new IllegalStateException("no");
        Block block = ForwardCall.around(
                LambdaBlock.singleton(array -> {
                    throw thrown;
                }),
                ForwardCall::proceed);
        try (NDManager manager = NDManager.newBaseManager()) {
            NDList inputs = new NDList(manager.create(1f));
            assertThatThrownBy(() -> block.forward(new ParameterStore(manager, false), inputs, false))
                    .isSameAs(thrown);
        }
    }

    @Test
    void allElseIsAskedOfTheBlock() {
        Block block = ForwardCall.around(DOUBLES, ForwardCall::proceed);
        assertThat(block.hashCode()).isEqualTo(DOUBLES.hashCode());
        assertThat(block.isInitialized()).isEqualTo(DOUBLES.isInitialized());
        assertThat(block.getChildren()).isEmpty();
    }
}
