package org.vivace.datasets;

import ai.djl.ndarray.types.Shape;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import org.vivace.datasets.Augmentation.Placement;

/**
 * The conversion of an image's bytes to floats: a black border, one channel repeated, a table of values per channel,
 * and the placement from the epoch's augmentation.
 */
record PixelView(
        Pixels pixels, int border, int repeats, List<Double> mean, List<Double> deviation, Augmentation augmentation) {

    static PixelView of(Pixels pixels) {
        return new PixelView(pixels, 0, 1, List.of(0.0), List.of(1.0), Augmentation.NONE);
    }

    PixelView padded(int border) {
        require(border >= 0, "border must be at least 0 pixels, got " + border + ": give 0 or more");
        return new PixelView(pixels, border, repeats, mean, deviation, augmentation);
    }

    PixelView rgb() {
        require(
                pixels.channels == 1,
                "rgb() repeats the one channel of grey images, got " + pixels.channels + " channels: omit it");
        return new PixelView(pixels, border, 3, mean, deviation, augmentation);
    }

    PixelView normalized(List<Double> mean, List<Double> deviation) {
        int channels = pixels.channels * repeats;
        for (List<Double> given : List.of(mean, deviation)) {
            require(
                    given.size() == 1 || given.size() == channels,
                    "mean and deviation must have one value, or one for each channel (" + channels + "), got "
                            + given.size() + ": give that many");
        }
        for (double sd : deviation) {
            require(
                    sd > 0 && sd < Double.POSITIVE_INFINITY,
                    "deviation must be positive and finite, got " + sd + ": give that of the pixels divided by 255");
        }
        return new PixelView(pixels, border, repeats, List.copyOf(mean), List.copyOf(deviation), augmentation);
    }

    PixelView augmented(Augmentation augmentation) {
        return new PixelView(pixels, border, repeats, mean, deviation, augmentation);
    }

    /** The shape of one image as served: (channels, height, width). */
    Shape shape() {
        return new Shape((long) pixels.channels * repeats, pixels.height + 2L * border, pixels.width + 2L * border);
    }

    /** Row {@code c} holds the float for each of the 256 byte values in channel {@code c} as served. */
    float[][] tables() {
        float[][] tables = new float[pixels.channels * repeats][256];
        for (int c = 0; c < tables.length; c++) {
            double m = mean.get(mean.size() == 1 ? 0 : c);
            double sd = deviation.get(deviation.size() == 1 ? 0 : c);
            for (int value = 0; value < 256; value++) {
                tables[c][value] = (float) ((value / 255.0 - m) / sd);
            }
        }
        return tables;
    }

    /** Writes one image from position {@code at} on; parts that the placement moves out of the picture are cut off. */
    void write(int image, Placement placement, float[][] tables, FloatBuffer out, int at) {
        int width = pixels.width;
        int height = pixels.height + 2 * border;
        float[] row = new float[width + 2 * border];
        int top = border + placement.down();
        int left = border + placement.right();
        int begin = Math.max(0, left);
        int end = Math.min(row.length, left + width);
        int step = placement.mirrored() ? -1 : 1;
        int firstColumn = placement.mirrored() ? width - 1 - (begin - left) : begin - left;
        int to = at;
        for (int c = 0; c < tables.length; c++) {
            float[] table = tables[c];
            int plane = (image * pixels.channels + c / repeats) * pixels.height * width;
            // The ends of a row outside the image stay black for all rows.
            Arrays.fill(row, table[0]);
            for (int y = 0; y < height; y++) {
                int line = y - top;
                if (line < 0 || line >= pixels.height) {
                    Arrays.fill(row, begin, end, table[0]);
                } else {
                    int from = plane + line * width + firstColumn;
                    for (int x = begin; x < end; x++) {
                        row[x] = table[pixels.values[from] & 0xff];
                        from += step;
                    }
                }
                out.put(to, row);
                to += row.length;
            }
        }
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
