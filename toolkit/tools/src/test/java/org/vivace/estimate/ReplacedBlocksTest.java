package org.vivace.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.LayerNorm;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.vivace.train.Effect;
import org.vivace.train.Surgery;

class ReplacedBlocksTest {

    private static final Declared WITHOUT_NORMS =
            new Declared(List.of(new Effect.ReplacedBlocks(ReplacedBlocksTest::dropNorms)));

    private static void dropNorms(Surgery surgery) {
        surgery.replace("layer norms", place -> place.block() instanceof LayerNorm, norm -> Activation.reluBlock());
    }

    private static Block linear() {
        return Linear.builder().setUnits(4).build();
    }

    @Test
    void whatIsPutInIsFollowedAndTheModelIsAsItWas() {
        Block norm = LayerNorm.builder().axis(1).build();
        SequentialBlock block = new SequentialBlock().add(linear()).add(norm);
        Estimator plain = Estimator.of(block, ArraySpec.float32(2, 3));
        assertThat(kinds(plain)).contains(OperationKind.NORM).doesNotContain(OperationKind.ELEMENTWISE);
        assertThat(kinds(plain.methods(List.of(WITHOUT_NORMS))))
                .contains(OperationKind.ELEMENTWISE)
                .doesNotContain(OperationKind.NORM);
        assertThat(block.getChildren().values())
                .containsExactly(block.getChildren().values().get(0), norm);
        assertThat(block.isInitialized()).isFalse();
    }

    private static List<OperationKind> kinds(Estimator estimator) {
        return estimator.inference().operations().stream().map(Operation::kind).toList();
    }

    @Test
    void aModelThatHasNoneOfThem() {
        SequentialBlock block = new SequentialBlock().add(linear());
        assertThatThrownBy(() -> Estimator.of(block, ArraySpec.float32(2, 3))
                        .methods(List.of(WITHOUT_NORMS))
                        .inference())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Declared looked for layer norms in the model and found only 1 Linear: drop the method, or"
                        + " make the run lenient to go on without it");
    }
}
