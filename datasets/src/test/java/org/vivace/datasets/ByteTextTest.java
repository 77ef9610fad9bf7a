package org.vivace.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.Batch;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ByteTextTest {
    @RegisterExtension
    final BatchReader reader = new BatchReader();

    @Test
    void labelsAreTheNextBytes() {
        ByteText text = ByteText.of("abcdefghij".repeat(5)).context(4).batch(2).validation();

        // Held out: the last five of fifty bytes, "fghij", one window.
        try (Batch batch = text.getData(reader.manager).iterator().next()) {
            assertThat(batch.getData().head().getShape()).isEqualTo(new Shape(1, 4));
            assertThat(batch.getData().head().getDataType()).isEqualTo(DataType.INT64);
            assertThat(batch.getLabels().head().getDataType()).isEqualTo(DataType.INT64);
            assertThat(batch.getData().head().toLongArray()).containsExactly('f', 'g', 'h', 'i');
            assertThat(batch.getLabels().head().toLongArray()).containsExactly('g', 'h', 'i', 'j');
        }
    }

    @Test
    void bytesAboveAsciiAreTheirUnsignedValue() {
        ByteText text = ByteText.of("é".repeat(20)).context(1).batch(1).validation();

        try (Batch batch = text.getData(reader.manager).iterator().next()) {
            assertThat(batch.getData().head().toLongArray()).containsExactly(0xc3);
            assertThat(batch.getLabels().head().toLongArray()).containsExactly(0xa9);
        }
    }

    @Test
    void validationIsTheLastTenthInOrderAndTrainNeverSeesIt() {
        byte[] text = new byte[1000];
        Arrays.fill(text, 900, 1000, (byte) 1);
        ByteText all = ByteText.of(text).context(9).batch(4);

        assertThat(all.train().length()).isEqualTo(900);
        assertThat(all.validation().length()).isEqualTo(100);
        assertThat(flat(all.train(), 0)).containsOnly(0L);
        assertThat(flat(all.validation(), 0)).hasSize(99).containsOnly(1L);
    }

    @Test
    void trainingBatchesAllHaveTheSameShape() {
        ByteText text = ByteText.of(numbered(1000)).context(10).batch(16);

        // 99 windows, one given up for the offset, two that do not fill a batch.
        assertThat(text.batches()).isEqualTo(6);
        int served = 0;
        for (Batch batch : text.getData(reader.manager)) {
            assertThat(batch.getData().head().getShape()).isEqualTo(new Shape(16, 10));
            assertThat(batch.getSize()).isEqualTo(16);
            served += batch.getSize();
            assertThat(batch.getProgress()).isEqualTo(served);
            assertThat(batch.getProgressTotal()).isEqualTo(96);
            batch.close();
        }
        assertThat(served).isEqualTo(96);
    }

    @Test
    void fewerWindowsThanABatchMakeOneSmallerBatch() {
        ByteText text = ByteText.of(numbered(100)).context(10).batch(64);

        assertThat(text.batches()).isEqualTo(1);
        assertThat(flat(text, 0)).hasSize(90);
    }

    @Test
    void anExecutorChangesNothing() throws Exception {
        ByteText text = ByteText.of(numbered(2000)).context(16).batch(4).validation();
        ExecutorService executor = Executors.newSingleThreadExecutor();
        List<Long> served = new ArrayList<>();
        for (Batch batch : text.getData(reader.manager, executor)) {
            add(batch, served);
        }
        executor.shutdown();

        assertThat(served).isEqualTo(flat(text, 0));
    }

    @Test
    void closingABatchFreesItWhileLaterOnesStay() {
        var batches = ByteText.of(numbered(1000))
                .context(8)
                .batch(2)
                .getData(reader.manager)
                .iterator();
        Batch first = batches.next();
        Batch second = batches.next();
        first.close();

        assertThat(reader.manager.getManagedArrays()).hasSize(2);
        assertThat(second.getLabels().head().toLongArray()).hasSize(16);
        second.close();
    }

    @Test
    void takeKeepsTheFront() {
        assertThat(ByteText.of(numbered(1000)).take(100).length()).isEqualTo(100);
        assertThat(ByteText.of(numbered(1000)).take(5000).length()).isEqualTo(1000);
    }

    @Test
    void theCallersBytesMayChangeAfterwards() {
        byte[] bytes = numbered(200);
        ByteText text = ByteText.of(bytes).context(4).batch(50).validation();
        List<Long> before = flat(text, 0);
        Arrays.fill(bytes, (byte) 0);

        assertThat(flat(text, 0)).isEqualTo(before);
    }

    @Test
    void aTextShorterThanOneContextSaysHowMuchIsNeeded() {
        String message = "the text must have at least 257 bytes (one context of 256 and its next byte), got 5:"
                + " give more text or shorten the context";
        ByteText text = ByteText.of("hello");

        assertThatThrownBy(text::batches)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
        assertThatThrownBy(() -> text.getData(reader.manager)).hasMessage(message);
        assertThatThrownBy(() -> ByteText.of(numbered(2560)).validation()).hasMessageContaining("got 256:");
        assertThat(ByteText.of(numbered(257)).batches()).isEqualTo(1);
    }

    @Test
    void settingsBelowOneAreRefused() {
        ByteText text = ByteText.of("hello");

        assertThatThrownBy(() -> text.context(0))
                .hasMessage("context must be at least 1, got 0: give a positive number");
        assertThatThrownBy(() -> text.batch(-2)).hasMessage("batch must be at least 1, got -2: give a positive number");
        assertThatThrownBy(() -> text.take(0)).hasMessage("bytes must be at least 1, got 0: give a positive number");
    }

    @Test
    void anExhaustedIteratorSaysSo() {
        var batches = ByteText.of(numbered(20))
                .context(8)
                .batch(1)
                .getData(reader.manager)
                .iterator();
        batches.next().close();

        assertThatThrownBy(batches::next)
                .isInstanceOf(NoSuchElementException.class)
                .hasMessage("the epoch has 1 samples and all were served");
    }

    @Test
    void textAsAStringIsItsUtf8() {
        String text = "naïve ".repeat(60);

        assertThat(flat(ByteText.of(text).context(8).validation(), 0))
                .isEqualTo(flat(
                        ByteText.of(text.getBytes(StandardCharsets.UTF_8))
                                .context(8)
                                .validation(),
                        0));
    }

    static byte[] numbered(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i % 251);
        }
        return bytes;
    }

    private List<Long> flat(ByteText text, int firstBatch) {
        return flat(reader.manager, text, firstBatch);
    }

    static List<Long> flat(NDManager manager, ByteText text, int firstBatch) {
        List<Long> ids = new ArrayList<>();
        for (Batch batch : text.from(manager, firstBatch)) {
            add(batch, ids);
        }
        return ids;
    }

    static void add(Batch batch, List<Long> ids) {
        for (long id : batch.getData().head().toLongArray()) {
            ids.add(id);
        }
        batch.close();
    }
}
