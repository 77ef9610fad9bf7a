package org.vivace.datasets;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.Batch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/**
 * Labelled texts of different lengths, one token per byte: data (batch, longest in the batch) INT64 and labels (batch)
 * INT64. Shorter texts are padded with {@link #PADDING}, which is not a byte.
 *
 * <p>Shuffled texts drop the few that do not fill a last batch (fewer texts than one batch give one smaller batch);
 * texts in order keep the last, smaller batch. Immutable.
 */
public final class Texts implements ResumableDataset {
    /** The token after the end of a text: the first one above the 256 bytes. */
    public static final int PADDING = 256;

    private final Labelled texts;
    private final int size;
    private final int cut;
    private final int batch;
    private final Pass.Order order;

    /** All the texts, each with its label. */
    private record Labelled(byte[][] bytes, int[] labels, int classes) {}

    private Texts(Labelled texts, int size, int cut, int batch, Pass.Order order) {
        this.texts = texts;
        this.size = size;
        this.cut = cut;
        this.batch = batch;
        this.order = order;
    }

    /**
     * Returns the texts, whole, shuffled, in batches of 32. Their bytes are not copied.
     *
     * @param texts the bytes of each text, at least one; at least one text
     * @param labels one for each text, 0 to {@code classes - 1}
     * @param classes the number of classes
     * @throws IllegalArgumentException if a text is empty, a label is out of range, or the sizes do not match
     */
    public static Texts of(List<byte[]> texts, int[] labels, int classes) {
        if (texts.isEmpty() || labels.length != texts.size()) {
            throw new IllegalArgumentException("texts must be at least one, with a label for each, got " + texts.size()
                    + " texts and " + labels.length + " labels: give as many of both");
        }
        for (int i = 0; i < labels.length; i++) {
            if (texts.get(i).length == 0) {
                throw new IllegalArgumentException(
                        "texts must have at least 1 byte each, got an empty one at index " + i + ": remove it");
            }
        }
        Pass.requireLabels(labels, classes);
        byte[][] all = texts.toArray(new byte[0][]);
        Labelled labelled = new Labelled(all, labels.clone(), classes);
        return new Texts(labelled, all.length, Integer.MAX_VALUE, 32, Pass.Order.SHUFFLED);
    }

    /** Returns the same texts in batches of {@code batch}, at least 1. */
    public Texts batch(int batch) {
        return new Texts(texts, size, cut, Pass.requirePositive("batch", batch), order);
    }

    /** Returns the texts cut to their first {@code bytes} bytes, at least 1. */
    public Texts longest(int bytes) {
        return new Texts(texts, size, Pass.requirePositive("bytes", bytes), batch, order);
    }

    /** Returns the first {@code texts} texts, or all if there are fewer; at least 1. */
    public Texts take(int texts) {
        int taken = Math.min(Pass.requirePositive("texts", texts), size);
        return new Texts(this.texts, taken, cut, batch, order);
    }

    /** Returns the texts in a new random order each epoch, full batches only. */
    public Texts shuffled() {
        return new Texts(texts, size, cut, batch, Pass.Order.SHUFFLED);
    }

    /** Returns the texts from first to last, all of them. */
    public Texts inOrder() {
        return new Texts(texts, size, cut, batch, Pass.Order.FROM_FRONT);
    }

    /** Returns the number of texts. */
    public int size() {
        return size;
    }

    /** Returns the number of texts in a full batch. */
    public int batch() {
        return batch;
    }

    /** Returns the length of the longest text as served, in bytes; no batch is wider. */
    public int longest() {
        return Arrays.stream(texts.bytes, 0, size)
                .mapToInt(text -> Math.min(cut, text.length))
                .max()
                .orElseThrow();
    }

    /** Returns the number of different tokens: the bytes and the padding. */
    public int vocabulary() {
        return PADDING + 1;
    }

    /** Returns the number of classes. */
    public int classes() {
        return texts.classes;
    }

    @Override
    public int batches() {
        return order.batches(size, batch);
    }

    @Override
    public Iterable<Batch> from(NDManager manager, int firstBatch) {
        int batches = Pass.requireInEpoch(firstBatch, batches());
        return () -> new Pass(manager, filler(), order.indices(size, Pass::newRandom), batch, firstBatch, batches);
    }

    private Pass.Filler filler() {
        int most = Math.min(batch, size);
        ByteBuffer tokens = buffer(Math.multiplyExact(most, longest()));
        ByteBuffer classOf = buffer(most);
        return (manager, which, from, to) -> {
            int count = to - from;
            int width = 0;
            tokens.clear();
            classOf.clear();
            for (int i = from; i < to; i++) {
                width = Math.max(width, Math.min(cut, texts.bytes[which[i]].length));
            }
            for (int i = 0; i < count; i++) {
                byte[] text = texts.bytes[which[from + i]];
                int length = Math.min(width, text.length);
                for (int x = 0; x < width; x++) {
                    tokens.putLong((i * width + x) * Long.BYTES, x < length ? text[x] & 0xff : PADDING);
                }
                classOf.putLong(i * Long.BYTES, texts.labels[which[from + i]]);
            }
            tokens.limit(count * width * Long.BYTES);
            classOf.limit(count * Long.BYTES);
            return new NDList(
                    Pass.copy(manager, tokens, new Shape(count, width), DataType.INT64),
                    Pass.copy(manager, classOf, new Shape(count), DataType.INT64));
        };
    }

    private static ByteBuffer buffer(int longs) {
        return ByteBuffer.allocateDirect(Math.multiplyExact(longs, Long.BYTES)).order(ByteOrder.nativeOrder());
    }
}
