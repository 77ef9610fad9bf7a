package org.vivace.datasets;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.training.dataset.Batch;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow")
class WordNetEntriesTest {

    @Test
    void everyClassHasAsManyEntriesInTurn() {
        Texts train = WordNetEntries.train();
        assertThat(train.size()).isEqualTo(4 * (WordNetEntries.OF_EACH_CLASS - 360));
        assertThat(train.classes()).isEqualTo(4);
        Texts test = WordNetEntries.test();
        assertThat(test.size()).isEqualTo(4 * 360);
        assertThat(labels(test.take(8))).containsExactly(0L, 1L, 2L, 3L, 0L, 1L, 2L, 3L);
        assertThat(WordNetEntries.CLASS_NAMES).hasSize(4);
    }

    @Test
    void noEntryIsTrainedOnAndTestedOn() {
        List<String> train = texts(WordNetEntries.train());
        List<String> test = texts(WordNetEntries.test());
        assertThat(test).allMatch(text -> text.contains(": "));
        assertThat(new HashSet<>(train)).doesNotContainAnyElementsOf(test);
    }

    private static List<Long> labels(Texts texts) {
        List<Long> labels = new ArrayList<>();
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            for (Batch batch : texts.inOrder().batch(8).getData(manager)) {
                Arrays.stream(batch.getLabels().head().toLongArray()).forEach(labels::add);
            }
        }
        return labels;
    }

    private static List<String> texts(Texts texts) {
        List<String> all = new ArrayList<>();
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            for (Batch batch : texts.inOrder().batch(1).getData(manager)) {
                try (batch) {
                    long[] tokens = batch.getData().head().toLongArray();
                    byte[] bytes = new byte[tokens.length];
                    for (int i = 0; i < bytes.length; i++) {
                        bytes[i] = (byte) tokens[i];
                    }
                    all.add(new String(bytes, StandardCharsets.UTF_8));
                }
            }
        }
        return all;
    }
}
