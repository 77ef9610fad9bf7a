package org.vivace.datasets;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.Batch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/**
 * Byte-level language batches from a text: data (batch, context) and labels (batch, context), both INT64 in 0..255,
 * where each label is the byte after its input byte.
 *
 * <p>An epoch cuts the text into non-overlapping windows of {@code context} bytes. {@link #train()} starts them at a
 * random offset (so that the cuts differ from epoch to epoch), shuffles them, and drops the few that do not fill a last
 * batch, so that every batch has the same shape; a text with fewer windows than one batch gives one smaller batch.
 * {@link #validation()} runs from front to back and keeps the last, smaller batch. Immutable.
 *
 * <pre>{@code
 * ByteText text = ByteText.of(WordNetText.read()).context(256).batch(16);
 * EasyTrain.fit(trainer, 1, text.train(), text.validation());
 * }</pre>
 */
public final class ByteText implements ResumableDataset {
    private final Part part;
    private final int context;
    private final int batch;
    private final Pass.Order order;

    /** {@code length} bytes of a text, from {@code start} on. */
    private record Part(byte[] text, int start, int length) {

        Part of(int from, int bytes) {
            return new Part(text, start + from, bytes);
        }
    }

    private ByteText(Part part, int context, int batch, Pass.Order order) {
        this.part = part;
        this.context = context;
        this.batch = batch;
        this.order = order;
    }

    /** Returns the whole text, copied, in shuffled windows of context 256 and batches of 16. */
    public static ByteText of(byte[] text) {
        return whole(text.clone());
    }

    /** Returns the UTF-8 bytes of the text, as {@link #of(byte[])} does. */
    public static ByteText of(String text) {
        return whole(text.getBytes(StandardCharsets.UTF_8));
    }

    private static ByteText whole(byte[] text) {
        return new ByteText(new Part(text, 0, text.length), 256, 16, Pass.Order.SHUFFLED);
    }

    /** Returns the same text in windows of {@code context} bytes, at least 1. */
    public ByteText context(int context) {
        return new ByteText(part, Pass.requirePositive("context", context), batch, order);
    }

    /** Returns the same text in batches of {@code batch} windows, at least 1. */
    public ByteText batch(int batch) {
        return new ByteText(part, context, Pass.requirePositive("batch", batch), order);
    }

    /**
     * Returns the first 90 % of this text's bytes, shuffled.
     *
     * @throws IllegalArgumentException if they are fewer than context + 1
     */
    public ByteText train() {
        return new ByteText(part.of(0, trainLength()), context, batch, Pass.Order.SHUFFLED).requireOneWindow();
    }

    /**
     * Returns the last 10 % of this text's bytes, one contiguous block that {@link #train()} never sees, in order.
     *
     * @throws IllegalArgumentException if they are fewer than context + 1
     */
    public ByteText validation() {
        Part heldOut = part.of(trainLength(), part.length - trainLength());
        return new ByteText(heldOut, context, batch, Pass.Order.FROM_FRONT).requireOneWindow();
    }

    /** Returns the first {@code bytes} bytes of this text, or all of it if it is shorter, in the same order. */
    public ByteText take(int bytes) {
        int taken = Math.min(Pass.requirePositive("bytes", bytes), part.length);
        return new ByteText(part.of(0, taken), context, batch, order);
    }

    /** Returns the length of this text in bytes. */
    public int length() {
        return part.length;
    }

    /** Returns the length of a window in bytes. */
    public int context() {
        return context;
    }

    /** Returns the number of windows in a full batch. */
    public int batch() {
        return batch;
    }

    @Override
    public int batches() {
        return order.batches(requireOneWindow().windows(), batch);
    }

    @Override
    public Iterable<Batch> from(NDManager manager, int firstBatch) {
        int batches = Pass.requireInEpoch(firstBatch, batches());
        if (order == Pass.Order.FROM_FRONT) {
            return () -> new Pass(manager, filler(part.start), Pass.ascending(windows()), batch, firstBatch, batches);
        }
        return () -> {
            Random random = Pass.newRandom();
            int offset = random.nextInt(Math.min(context - 1, part.length - 1 - windows() * context) + 1);
            int[] windows = Pass.shuffle(windows(), random);
            return new Pass(manager, filler(part.start + offset), windows, batch, firstBatch, batches);
        };
    }

    private Pass.Filler filler(int first) {
        int most = Math.multiplyExact(Math.min(batch, windows()), context);
        ByteBuffer bytes =
                ByteBuffer.allocateDirect(Math.multiplyExact(most, Long.BYTES)).order(ByteOrder.nativeOrder());
        LongBuffer ids = bytes.asLongBuffer();
        return (manager, windows, from, to) -> {
            Shape shape = new Shape(to - from, context);
            bytes.limit((to - from) * context * Long.BYTES);
            NDList filled = new NDList(2);
            for (int shift = 0; shift <= 1; shift++) {
                for (int row = from; row < to; row++) {
                    int at = first + windows[row] * context + shift;
                    for (int i = 0; i < context; i++) {
                        ids.put((row - from) * context + i, part.text[at + i] & 0xff);
                    }
                }
                filled.add(Pass.copy(manager, bytes, shape, DataType.INT64));
            }
            return filled;
        };
    }

    /** A shuffled pass may lose one window to its random offset. */
    private int windows() {
        return order == Pass.Order.SHUFFLED ? Math.max(1, part.length / context - 1) : (part.length - 1) / context;
    }

    private int trainLength() {
        return Math.toIntExact(part.length * 9L / 10);
    }

    private ByteText requireOneWindow() {
        if (part.length <= context) {
            throw new IllegalArgumentException("the text must have at least " + (context + 1L)
                    + " bytes (one context of " + context + " and its next byte), got " + part.length
                    + ": give more text or shorten the context");
        }
        return this;
    }
}
