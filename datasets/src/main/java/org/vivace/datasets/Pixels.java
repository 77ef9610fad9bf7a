package org.vivace.datasets;

import ai.djl.ndarray.types.Shape;

/** Labelled images as bytes: {@code values} is (images, channels, height, width), 0 to 255 unsigned, neither copied. */
final class Pixels {
    final byte[] values;
    final int[] labels;
    final int classes;
    final int channels;
    final int height;
    final int width;

    Pixels(byte[] values, Shape shape, int[] labels, int classes) {
        if (shape.dimension() != 4 || shape.size() != values.length || values.length == 0) {
            throw new IllegalArgumentException("pixels must fill a shape of (images, channels, height, width), got "
                    + values.length + " bytes for " + shape + ": give a byte for each pixel");
        }
        if (labels.length != shape.get(0)) {
            throw new IllegalArgumentException("labels must be one for each of the " + shape.get(0) + " images, got "
                    + labels.length + ": give as many labels as images");
        }
        Pass.requireLabels(labels, classes);
        this.values = values;
        this.labels = labels;
        this.classes = classes;
        this.channels = Math.toIntExact(shape.get(1));
        this.height = Math.toIntExact(shape.get(2));
        this.width = Math.toIntExact(shape.get(3));
    }
}
