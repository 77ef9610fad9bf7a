package org.vivace.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.optimizer.Sgd;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.vivace.torch.MemoryFormat;
import org.vivace.torch.Precision;
import org.vivace.train.Effect;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.Surgery;

/** A block that a trainer trains is followed without running any of it. */
class InTrainingTest {

    private static Block linear() {
        return Linear.builder().setUnits(4).build();
    }

    private static NDList looking(NDList inputs) {
        NDArray x = inputs.head();
        return new NDList(x.getShape().get(0) > 0 && x.getFloat(0, 0) < 2 ? x.mul(2) : x.neg());
    }

    private static Estimator step(Block block) {
        return Estimator.of(block, ArraySpec.float32(2, 3))
                .training(new Compared.Sum(), Optimizer.adam().build(), ArraySpec.float32(1));
    }

    @Test
    void aBlockThatWouldHaveToBeMeasuredIsLeftOut() {
        Block looking = new LambdaBlock(InTrainingTest::looking, "looking");
        SequentialBlock block = new SequentialBlock().add(linear()).add(looking).add(linear());
        try (NDManager manager = NDManager.newBaseManager()) {
            block.initialize(manager, DataType.FLOAT32, new Shape(2, 3));
            int arrays = manager.getManagedArrays().size();
            Estimate estimate = step(block).inTraining(List.of()).step();
            assertThat(estimate.leftOut()).containsExactly("02LambdaBlock");
            assertThat(estimate.notes()).isEmpty();
            assertThat(estimate.outputs()).containsExactly(new Shape(2, 4));
            assertThat(estimate.flops()).isEqualTo(step(block).step().flops());
            assertThat(estimate.operations())
                    .filteredOn(operation -> operation.path().startsWith("02"))
                    .allSatisfy(operation -> assertThat(operation.forwardFlops() + operation.backwardFlops())
                            .isZero());
            assertThat(manager.getManagedArrays()).hasSize(arrays);
            assertThat(block.getChildren().values().get(1)).isSameAs(looking);
        }
    }

    @Test
    void theMethodsInForceHaveChangedTheModelAlready() {
        Effect replaced = new Effect.ReplacedBlocks(surgery ->
                surgery.replace("layers", place -> place.block() instanceof Linear, old -> Activation.reluBlock()));
        Effect recomputed = new Effect.Recomputation(places -> places);
        Effect smaller = new Effect.SmallerInputs((step, steps, full, first) -> new Shape(1, 3));
        List<EfficiencyMethod> applied = List.of(Declared.of(
                replaced, recomputed, smaller, new Effect.ImageLayout(), new Effect.LowPrecision(Precision.BFLOAT16)));
        SequentialBlock block = new SequentialBlock().add(linear());
        Estimator trained = step(block).inTraining(applied);
        assertThat(trained.precision()).isEqualTo(Precision.BFLOAT16);
        assertThat(trained.images()).isEqualTo(MemoryFormat.CHANNELS_LAST);
        assertThat(trained.changesCost()).isFalse();
        assertThat(trained.steps(10)).containsExactly(java.util.Map.entry(trained, 10L));
        List<Surgery.Place> places = Surgery.on(block, "a test").places();
        try (RecipeEffects.OperatedModel operated = trained.effects().replaceBlocks(block)) {
            assertThat(Surgery.on(block, "a test").places()).isEqualTo(places);
        }
    }

    @Test
    void whatIsAddedMustGoWithThem() {
        Estimator trained =
                step(linear()).inTraining(List.of(Declared.of(new Effect.LowPrecision(Precision.BFLOAT16))));
        Estimator fused =
                trained.methods(List.of(new Declared("Fused", List.of(new Effect.FusedUpdate(List.of(Sgd.class))))));
        assertThat(fused.changesCost()).isTrue();
        assertThatThrownBy(fused::step)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected DJL's Sgd as the optimizer, got Adam");
        assertThat(trained.methods(List.of(new Declared("Silent", List.of(new Effect.Undeclared()))))
                        .changesCost())
                .isFalse();
    }
}
