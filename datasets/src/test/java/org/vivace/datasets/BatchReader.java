package org.vivace.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.training.dataset.Batch;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Reads data sets in a test, after which no array may be left open. */
final class BatchReader implements AfterEachCallback {
    final NDManager manager = NDManager.newBaseManager();

    @Override
    public void afterEach(ExtensionContext context) {
        assertThat(manager.getManagedArrays()).isEmpty();
        manager.close();
    }

    /** The labels of an epoch, from a batch on. */
    List<Long> labels(ResumableDataset data, int firstBatch) {
        List<Long> labels = new ArrayList<>();
        for (Batch batch : data.from(manager, firstBatch)) {
            for (long label : batch.getLabels().head().toLongArray()) {
                labels.add(label);
            }
            batch.close();
        }
        return labels;
    }

    /** The seed decides the order of a hundred samples in batches of 7, and an epoch entered late is the end of it. */
    void assertResumable(ResumableDataset data) {
        Engine.getInstance().setRandomSeed(5);
        List<Long> whole = labels(data, 0);
        Engine.getInstance().setRandomSeed(5);
        assertThat(labels(data, 9)).isEqualTo(whole.subList(63, 98));
        for (int outside : new int[] {-1, 15}) {
            assertThatThrownBy(() -> data.from(manager, outside))
                    .hasMessage("firstBatch must be 0 to 14 (the batches of an epoch), got " + outside
                            + ": start inside the epoch");
        }
    }
}
