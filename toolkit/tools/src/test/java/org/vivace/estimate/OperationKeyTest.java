package org.vivace.estimate;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.vivace.models.Gpt;

class OperationKeyTest {

    @Test
    void anOperationHasTheSameKeyInEveryEstimate() {
        Estimator estimator = Estimator.of(new Gpt(new Gpt.Settings(16, 8, 1, 2, 8, 0)), ArraySpec.int64(2, 4));
        assertThat(keys(estimator)).isNotEmpty().isEqualTo(keys(estimator));
    }

    @Test
    void differentPiecesHaveDifferentKeys() {
        assertThat(List.of(piece("0:2"), piece("1:3"), piece("0:4:2"), piece("1"), piece(":, 1")))
                .doesNotHaveDuplicates();
        assertThat(piece("0:2")).isEqualTo(piece("0:2"));
    }

    private static List<String> piece(String index) {
        Block block = new LambdaBlock(
                input -> {
                    NDArray whole = input.head();
                    return new NDList(whole.get(new NDIndex(index)));
                },
                "piece");
        return keys(Estimator.of(block, ArraySpec.float32(4, 4)));
    }

    private static List<String> keys(Estimator estimator) {
        return estimator.inference().operations().stream().map(Operation::key).toList();
    }
}
