package org.vivace.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Locale;

/**
 * Batches of images in other sizes. DJL's own {@code NDImageUtils.resize} requires the channels as the last axis and
 * has no antialiasing, so a smaller image shows aliasing.
 *
 * <p>Both functions take and return arrays of shape (batch, channels, height, width) and keep the memory format.
 */
public final class Images {

    private static final Script SCRIPT = Script.of("Images", """
            def resize(self, x: Tensor, size: List[int]) -> Tensor:
              return torch._upsample_bilinear2d_aa(x, size, False)
            def crop(self, x: Tensor, top: int, left: int, bottom: int, right: int) -> Tensor:
              return torch.clone(torch.slice(torch.slice(x, 2, top, bottom), 3, left, right))
            """);

    private Images() {}

    /**
     * Resizes by linear interpolation along both sides, with antialiasing: a pixel of a smaller image is the mean of
     * all pixels that it covers, weighted by a triangle around its centre whose width grows with the reduction.
     * Gradients flow through.
     *
     * @param images FLOAT32 or FLOAT64
     * @param height &ge; 1
     * @param width &ge; 1
     * @return a new array of shape (batch, channels, height, width) on the same manager, of the same type
     */
    public static NDArray resize(NDArray images, long height, long width) {
        requireImages(images);
        DataType type = images.getDataType();
        if (type != DataType.FLOAT32 && type != DataType.FLOAT64) {
            throw new IllegalArgumentException("images: expected fp32 or fp64 to resize, got "
                    + type.name().toLowerCase(Locale.ROOT) + ": cast them first");
        }
        if (height < 1 || width < 1) {
            throw new IllegalArgumentException(
                    "images: expected sides of at least 1, got " + new Shape(height, width) + ": give a larger size");
        }
        return SCRIPT.tensor("resize", images, new long[] {height, width});
    }

    /**
     * Copies a rectangle out of each image.
     *
     * @param images of any type
     * @param top first row, &ge; 0
     * @param left first column, &ge; 0
     * @param height &ge; 1, within the images
     * @param width &ge; 1, within the images
     * @return a new array of shape (batch, channels, height, width) on the same manager
     */
    public static NDArray crop(NDArray images, long top, long left, long height, long width) {
        requireImages(images);
        Shape shape = images.getShape();
        if (top < 0
                || left < 0
                || height < 1
                || width < 1
                || top + height > shape.get(2)
                || left + width > shape.get(3)) {
            throw new IllegalArgumentException("images: expected a rectangle within (" + shape.get(2) + ", "
                    + shape.get(3) + "), got " + new Shape(height, width) + " at " + new Shape(top, left)
                    + ": give a smaller one or move it");
        }
        return SCRIPT.tensor("crop", images, top, left, top + height, left + width);
    }

    private static void requireImages(NDArray images) {
        Shapes.requireRank("images", "them", images, 4, "(batch, channels, height, width)");
    }
}
