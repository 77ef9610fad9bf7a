package org.vivace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import org.junit.jupiter.api.Test;

class AccuracyTest {

    @Test
    void countsTheExamplesWhoseHighestLogitIsRight() {
        try (NDManager manager = NDManager.newBaseManager()) {
            NDList labels = new NDList(manager.create(new long[] {0, 1, 1, 2}));
            NDList logits = new NDList(manager.create(new float[][] {{3, 1, 2}, {0, -1, -2}, {0, 5, 4}, {-3, -2, -1}}));
            int before = manager.getManagedArrays().size();
            assertThat(Accuracy.of(labels, logits)).isEqualTo(0.75);
            assertThat(manager.getManagedArrays()).hasSize(before);
        }
    }
}
