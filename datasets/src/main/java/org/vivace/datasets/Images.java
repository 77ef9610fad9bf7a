package org.vivace.datasets;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.Batch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Random;

/**
 * Labelled images held as bytes in Java memory and served as data (batch, channels, height, width) FLOAT32 and labels
 * (batch) INT64.
 *
 * <p>A value is {@code (pixel / 255 - mean) / deviation}, with a mean and a deviation for each channel; 0 and 1 by
 * default. Shuffled images drop the few that do not fill a last batch, so that every batch has the same shape (fewer
 * images than one batch give one smaller batch); images in order keep the last, smaller batch. Immutable.
 */
public final class Images implements ResumableDataset {
    private final PixelView view;
    private final int size;
    private final int batch;
    private final Pass.Order order;

    private Images(PixelView view, int size, int batch, Pass.Order order) {
        this.view = view;
        this.size = size;
        this.batch = batch;
        this.order = order;
    }

    /**
     * Returns the images, not copied, shuffled, in batches of 128.
     *
     * @param pixels (images, channels, height, width), one byte per pixel, 0 to 255 unsigned
     * @param shape (images, channels, height, width)
     * @param labels one for each image, 0 to {@code classes - 1}
     * @param classes the number of classes
     * @throws IllegalArgumentException if a label is out of range, or the sizes do not match
     */
    public static Images of(byte[] pixels, Shape shape, int[] labels, int classes) {
        Pixels checked = new Pixels(pixels, shape, labels, classes);
        return new Images(PixelView.of(checked), labels.length, 128, Pass.Order.SHUFFLED);
    }

    /** Returns the same images in batches of {@code batch}, at least 1. */
    public Images batch(int batch) {
        return new Images(view, size, Pass.requirePositive("batch", batch), order);
    }

    /** Returns the images with {@code border} black pixels added on each side: 2 makes 28×28 into 32×32. */
    public Images padded(int border) {
        return new Images(view.padded(border), size, batch, order);
    }

    /** Returns grey images with their one channel served three times. */
    public Images rgb() {
        return new Images(view.rgb(), size, batch, order);
    }

    /** Returns the images with one mean and deviation for all channels, on the scale of 0.0 (black) to 1.0. */
    public Images normalized(double mean, double deviation) {
        return normalized(List.of(mean), List.of(deviation));
    }

    /** Returns the images with a mean and a deviation for each channel served, on the scale of 0.0 to 1.0. */
    public Images normalized(List<Double> mean, List<Double> deviation) {
        return new Images(view.normalized(mean, deviation), size, batch, order);
    }

    /**
     * Returns the images mirrored left to right with probability 1/2 each, drawn again each epoch. For training only:
     * {@link #inOrder()} does not remove it, so evaluate on images without it.
     */
    public Images flipped() {
        int reach = view.augmentation().reach();
        return new Images(view.augmented(new Augmentation(true, reach)), size, batch, order);
    }

    /**
     * Returns the images moved horizontally and vertically by random numbers of pixels, drawn per image and epoch, 0 to
     * {@code pixels} each way with equal probability; new pixels at the edge are black (a crop of the same size from a
     * padded image). For training, like {@link #flipped()}.
     *
     * @param pixels 0 to one less than the smaller of height and width
     */
    public Images shifted(int pixels) {
        long side = Math.min(shape().get(1), shape().get(2));
        if (pixels >= side) {
            throw new IllegalArgumentException("shift must be at most " + (side - 1) + " pixels (an image has " + side
                    + "), got " + pixels + ": shift by less");
        }
        boolean mirrors = view.augmentation().mirrors();
        return new Images(view.augmented(new Augmentation(mirrors, pixels)), size, batch, order);
    }

    /** Returns the images in a new random order each epoch, full batches only. */
    public Images shuffled() {
        return new Images(view, size, batch, Pass.Order.SHUFFLED);
    }

    /** Returns the images from first to last, all of them. */
    public Images inOrder() {
        return new Images(view, size, batch, Pass.Order.FROM_FRONT);
    }

    /** Returns the first {@code images} images, or all if there are fewer; at least 1. */
    public Images take(int images) {
        return new Images(view, Math.min(Pass.requirePositive("images", images), size), batch, order);
    }

    /** Returns the number of images. */
    public int size() {
        return size;
    }

    /** Returns the number of images in a full batch. */
    public int batch() {
        return batch;
    }

    /** Returns the number of classes. */
    public int classes() {
        return view.pixels().classes;
    }

    /** Returns the shape of one image as served: (channels, height, width). */
    public Shape shape() {
        return view.shape();
    }

    @Override
    public int batches() {
        return order.batches(size, batch);
    }

    @Override
    public Iterable<Batch> from(NDManager manager, int firstBatch) {
        int batches = Pass.requireInEpoch(firstBatch, batches());
        return () -> {
            boolean fixed =
                    order == Pass.Order.FROM_FRONT && view.augmentation().isNone();
            Random random = fixed ? new Random(0) : Pass.newRandom();
            int[] images = order.indices(size, () -> random);
            return new Pass(manager, filler(random.nextLong()), images, batch, firstBatch, batches);
        };
    }

    private Pass.Filler filler(long epochSeed) {
        int most = Math.min(batch, size);
        int each = Math.toIntExact(shape().size());
        ByteBuffer bytes = buffer(Math.multiplyExact(Math.multiplyExact(most, each), Float.BYTES));
        ByteBuffer labels = buffer(most * Long.BYTES);
        FloatBuffer values = bytes.asFloatBuffer();
        float[][] tables = view.tables();
        return (manager, images, from, to) -> {
            int count = to - from;
            for (int i = 0; i < count; i++) {
                int image = images[from + i];
                view.write(image, view.augmentation().place(epochSeed, image), tables, values, i * each);
                labels.putLong(i * Long.BYTES, view.pixels().labels[image]);
            }
            bytes.limit(count * each * Float.BYTES);
            labels.limit(count * Long.BYTES);
            return new NDList(
                    Pass.copy(manager, bytes, new Shape(count).addAll(shape()), DataType.FLOAT32),
                    Pass.copy(manager, labels, new Shape(count), DataType.INT64));
        };
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }
}
