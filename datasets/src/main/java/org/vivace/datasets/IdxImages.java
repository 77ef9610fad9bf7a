package org.vivace.datasets;

import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The IDX format of MNIST and its relatives: two zero bytes, a type, the number of dimensions, each dimension as a
 * big-endian int, then the values.
 */
final class IdxImages {
    private static final int UNSIGNED_BYTE = 0x08;

    private IdxImages() {}

    /**
     * Returns grey images from an image file's content (images, height, width) and a label file's (images).
     *
     * @param name the name of the files in error messages
     */
    static Images of(String name, byte[] images, byte[] labels, int classes) {
        int[] size = dimensions(name + " images", images, 3);
        int count = dimensions(name + " labels", labels, 1)[0];
        int[] classOf = new int[count];
        for (int i = 0; i < count; i++) {
            classOf[i] = labels[headerBytes(1) + i] & 0xff;
        }
        byte[] pixels = Arrays.copyOfRange(images, headerBytes(3), images.length);
        return Images.of(pixels, new Shape(size[0], 1, size[1], size[2]), classOf, classes);
    }

    private static int[] dimensions(String name, byte[] idx, int expected) {
        int magic = UNSIGNED_BYTE << 8 | expected;
        if (idx.length < headerBytes(expected) || ByteBuffer.wrap(idx).getInt() != magic) {
            int found = idx.length < Integer.BYTES ? 0 : ByteBuffer.wrap(idx).getInt();
            throw new IllegalArgumentException(String.format(
                    "%s must be IDX with the magic number 0x%08x (unsigned bytes in %d dimensions), got 0x%08x in %d bytes:"
                            + " give the file that holds them",
                    name, magic, expected, found, idx.length));
        }
        int[] dimensions = new int[expected];
        long values = 1;
        for (int i = 0; i < expected; i++) {
            dimensions[i] = ByteBuffer.wrap(idx).getInt(headerBytes(i));
            values = Math.min(Integer.MAX_VALUE, values * dimensions[i]);
        }
        if (Arrays.stream(dimensions).min().orElseThrow() < 1 || values != idx.length - headerBytes(expected)) {
            throw new IllegalArgumentException(name + " must have as many values as their header "
                    + Arrays.toString(dimensions) + " says, got " + (idx.length - headerBytes(expected))
                    + ": the file is cut short or damaged, get it again");
        }
        return dimensions;
    }

    private static int headerBytes(int dimensions) {
        return Integer.BYTES * (1 + dimensions);
    }
}
