package org.vivace.datasets;

import ai.djl.ndarray.types.Shape;
import java.nio.FloatBuffer;
import java.util.List;

/** How the bytes of an image become floats: a black border, one channel repeated, a table of values per channel. */
record PixelView(Pixels pixels, int border, int repeats, List<Double> mean, List<Double> deviation) {

    static PixelView of(Pixels pixels) {
        return new PixelView(pixels, 0, 1, List.of(0.0), List.of(1.0));
    }

    PixelView padded(int border) {
        require(border >= 0, "border must be at least 0 pixels, got " + border + ": give 0 or more");
        return new PixelView(pixels, border, repeats, mean, deviation);
    }

    PixelView rgb() {
        require(
                pixels.channels == 1,
                "rgb() repeats the one channel of grey images, got " + pixels.channels + " channels: leave it out");
        return new PixelView(pixels, border, 3, mean, deviation);
    }

    PixelView normalised(List<Double> mean, List<Double> deviation) {
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
        return new PixelView(pixels, border, repeats, List.copyOf(mean), List.copyOf(deviation));
    }

    /** The shape of one image as served: (channels, height, width). */
    Shape shape() {
        return new Shape((long) pixels.channels * repeats, pixels.height + 2L * border, pixels.width + 2L * border);
    }

    /** Row {@code c} holds what each of the 256 byte values becomes in channel {@code c} as served. */
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

    /** Writes one image from position {@code at} on. */
    void write(int image, float[][] tables, FloatBuffer out, int at) {
        int plane = pixels.height * pixels.width;
        float[] row = new float[pixels.width + 2 * border];
        int to = at;
        for (int c = 0; c < tables.length; c++) {
            float[] table = tables[c];
            int from = (image * pixels.channels + c / repeats) * plane;
            for (int y = -border; y < pixels.height + border; y++) {
                boolean inside = y >= 0 && y < pixels.height;
                for (int x = 0; x < row.length; x++) {
                    int column = x - border;
                    boolean black = !inside || column < 0 || column >= pixels.width;
                    row[x] = table[black ? 0 : pixels.values[from + y * pixels.width + column] & 0xff];
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
