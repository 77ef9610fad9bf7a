package org.vivace.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.Engine;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.Batch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class TextsTest {
    @RegisterExtension
    final BatchReader reader = new BatchReader();

    @Test
    void eachBatchIsAsWideAsItsLongestTextAndPaddedAtTheEnd() {
        Texts texts = Texts.of(
                        List.of(bytes(1, 2), bytes(3), bytes(255), bytes(0, 128, 7, 9), bytes(5)),
                        new int[] {0, 1, 2, 0, 1},
                        3)
                .inOrder()
                .batch(2);

        assertThat(texts.batches()).isEqualTo(3);
        Iterator<Batch> batches = texts.getData(reader.manager).iterator();
        try (Batch first = batches.next()) {
            assertThat(first.getData().head().getShape()).isEqualTo(new Shape(2, 2));
            assertThat(first.getData().head().getDataType()).isEqualTo(DataType.INT64);
            assertThat(first.getData().head().toLongArray()).containsExactly(1, 2, 3, 256);
            assertThat(first.getLabels().head().getShape()).isEqualTo(new Shape(2));
            assertThat(first.getLabels().head().getDataType()).isEqualTo(DataType.INT64);
            assertThat(first.getLabels().head().toLongArray()).containsExactly(0, 1);
        }
        try (Batch wider = batches.next()) {
            assertThat(wider.getData().head().getShape()).isEqualTo(new Shape(2, 4));
            assertThat(wider.getData().head().toLongArray()).containsExactly(255, 256, 256, 256, 0, 128, 7, 9);
            assertThat(wider.getLabels().head().toLongArray()).containsExactly(2, 0);
        }
        try (Batch last = batches.next()) {
            assertThat(last.getData().head().getShape()).isEqualTo(new Shape(1, 1));
            assertThat(last.getData().head().toLongArray()).containsExactly(5);
        }
        assertThat(batches.hasNext()).isFalse();
    }

    @Test
    void aCutKeepsTheFirstBytes() {
        Texts texts =
                Texts.of(List.of(bytes(1, 2, 3, 4), bytes(5)), new int[2], 1).inOrder();

        assertThat(texts.longest()).isEqualTo(4);
        assertThat(texts.longest(3).longest()).isEqualTo(3);
        assertThat(texts.longest(9).longest()).isEqualTo(4);
        assertThat(texts.longest(3).longest(4).longest()).isEqualTo(4);
        try (Batch cut = texts.longest(2).getData(reader.manager).iterator().next()) {
            assertThat(cut.getData().head().toLongArray()).containsExactly(1, 2, 5, 256);
        }
    }

    @Test
    void whatItSaysOfItself() {
        Texts texts = numbered(10).batch(4);

        assertThat(texts.size()).isEqualTo(10);
        assertThat(texts.take(3).size()).isEqualTo(3);
        assertThat(texts.take(30).size()).isEqualTo(10);
        assertThat(texts.take(3).longest()).isEqualTo(3);
        assertThat(texts.batch()).isEqualTo(4);
        assertThat(texts.classes()).isEqualTo(10);
        assertThat(texts.vocabulary()).isEqualTo(257);
        assertThat(Texts.PADDING).isEqualTo(256);
        assertThat(texts.batches()).isEqualTo(2);
        assertThat(texts.inOrder().batches()).isEqualTo(3);
    }

    @Test
    void textsAndLabelsStayTogetherWhenShuffled() {
        for (Batch batch : numbered(100).batch(10).getData(reader.manager)) {
            long[] tokens = batch.getData().head().toLongArray();
            long[] labels = batch.getLabels().head().toLongArray();
            int width = tokens.length / labels.length;
            for (int i = 0; i < labels.length; i++) {
                assertThat(tokens[i * width]).isEqualTo(labels[i]);
                // Text i has i + 1 bytes.
                long length = IntStream.range(i * width, (i + 1) * width)
                        .filter(at -> tokens[at] != 256)
                        .count();
                assertThat(length).isEqualTo(labels[i] + 1);
            }
            batch.close();
        }
    }

    @Test
    void shuffledTextsComeInFullBatchesEachAtMostOnce() {
        Engine.getInstance().setRandomSeed(5);
        List<Long> first = reader.labels(numbered(10).batch(4), 0);
        List<Long> second = reader.labels(numbered(10).batch(4), 0);

        assertThat(first).hasSize(8).doesNotHaveDuplicates().isNotEqualTo(second);
        assertThat(reader.labels(numbered(3).batch(5), 0)).containsExactlyInAnyOrder(0L, 1L, 2L);
        assertThat(reader.labels(numbered(10).batch(4).inOrder().shuffled().inOrder(), 1))
                .containsExactly(4L, 5L, 6L, 7L, 8L, 9L);
    }

    @Test
    void theSeedDecidesTheOrderAndFromIsTheTail() {
        reader.assertResumable(numbered(100).batch(7));
    }

    @Test
    void whatDoesNotFitIsRefused() {
        assertThatThrownBy(() -> Texts.of(List.of(), new int[0], 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("texts must be at least one, with a label for each, got 0 texts and 0 labels:"
                        + " give as many of both");
        assertThatThrownBy(() -> Texts.of(List.of(bytes(1)), new int[2], 2))
                .hasMessageContaining("got 1 texts and 2 labels");
        assertThatThrownBy(() -> Texts.of(List.of(bytes(1), bytes()), new int[2], 2))
                .hasMessage("texts must have at least 1 byte each, got an empty one at index 1: remove it");
        assertThatThrownBy(() -> Texts.of(List.of(bytes(1)), new int[] {2}, 2))
                .hasMessage("labels must be 0 to 1 (2 classes), got 2 at index 0:"
                        + " correct the label or the number of classes");
        Texts texts = numbered(1);
        assertThatThrownBy(() -> texts.batch(0)).hasMessage("batch must be at least 1, got 0: give a positive number");
        assertThatThrownBy(() -> texts.longest(0))
                .hasMessage("bytes must be at least 1, got 0: give a positive number");
        assertThatThrownBy(() -> texts.take(0)).hasMessage("texts must be at least 1, got 0: give a positive number");
    }

    /** Text i is i + 1 times the byte i, its label i. */
    private static Texts numbered(int count) {
        List<byte[]> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] text = new byte[i + 1];
            Arrays.fill(text, (byte) i);
            texts.add(text);
        }
        return Texts.of(texts, IntStream.range(0, count).toArray(), count);
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }
}
