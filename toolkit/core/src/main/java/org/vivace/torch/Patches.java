package org.vivace.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/**
 * The patches of images as a convolution sees them, and the change of coordinates in which they are uncorrelated.
 *
 * <p>A patch of c channels, h rows and w columns is one vector of n = c·h·w values, in the memory order of a
 * convolution's weight of shape (filters, c, h, w).
 */
public final class Patches {

    private static final Script SCRIPT = Script.of("Patches", """
            def covariance(self, images: Tensor, kernel: List[int], dilation: List[int]) -> Tensor:
              patches = torch.im2col(torch.to(images, 6), kernel, dilation, [0, 0], [1, 1])
              flat = torch.flatten(torch.transpose(patches, 0, 1), 1)
              centered = torch.sub(flat, torch.mean(flat, [1], True))
              return torch.div(torch.mm(centered, torch.t(centered)), torch.size(flat, 1))
            def whitening(self, covariance: Tensor, eps: float) -> Tensor:
              values, vectors = torch.linalg_eigh(torch.to(covariance, 7), "L")
              floor = torch.mul(torch.mean(values), eps)
              scales = torch.rsqrt(torch.add(torch.clamp_min(values, 0), floor))
              return torch.to(torch.mul(torch.unsqueeze(scales, 1), torch.t(vectors)), 6)
            def combine(self, coordinates: Tensor, filters: Tensor) -> Tensor:
              return torch.view_as(torch.mm(torch.flatten(coordinates, 1), filters), coordinates)
            def coordinates(self, weight: Tensor, filters: Tensor) -> Tensor:
              flat = torch.to(torch.flatten(weight, 1), 7)
              solved = torch.linalg_solve(torch.to(filters, 7), flat, left=False)
              return torch.to(torch.view_as(solved, weight), 6)
            """);

    private Patches() {}

    /**
     * The covariance of all patches of the images that lie wholly within them.
     *
     * @param images shape (batch, channels, height, width), any precision
     * @param kernel (h, w), at most the images' sides once dilated
     * @param dilation (rows, columns) from one value of a patch to the next, &ge; 1
     * @return shape (n, n), FLOAT32, on the images' manager
     */
    public static NDArray covariance(NDArray images, Shape kernel, Shape dilation) {
        Shapes.requireRank("patches", "images", images, 4, "(batch, channels, height, width)");
        Shape sides = images.getShape().slice(2);
        for (int axis = 0; axis < 2; axis++) {
            long reach = dilation.get(axis) * (kernel.get(axis) - 1) + 1;
            if (reach > sides.get(axis)) {
                throw new IllegalArgumentException("patches: expected images with sides of at least " + reach
                        + ", the kernel's, got " + sides + ": give larger images or a smaller kernel");
            }
        }
        try (Autocast scope = Autocast.offWhereOn(images.getDevice()).orElse(null)) {
            return SCRIPT.tensor("covariance", images, kernel.getShape(), dilation.getShape());
        }
    }

    /**
     * The filters that make vectors of a covariance uncorrelated and, except for {@code eps}, of variance 1: its
     * eigenvectors v in rows, smallest eigenvalue λ first, each divided by √(max(λ, 0) + eps · the mean of all λ).
     *
     * @param covariance shape (n, n), symmetric, some variance in it
     * @param eps &gt; 0; attenuates directions of little variance, as a share of the mean variance
     * @return shape (n, n), FLOAT32, on the same manager
     */
    public static NDArray whitening(NDArray covariance, double eps) {
        Shape shape = covariance.getShape();
        Shapes.require(
                shape.dimension() == 2 && shape.get(0) == shape.get(1),
                "whitening",
                "a covariance",
                "(n, n)",
                covariance);
        if (!(eps > 0)) {
            throw new IllegalArgumentException("whitening: expected eps > 0, got " + eps);
        }
        return SCRIPT.tensor("whitening", covariance, eps);
    }

    /**
     * A convolution's weight from its coordinates: each filter of the weight is the sum of {@code filters}' rows,
     * weighted by its coordinates. Computed in fp32 also under autocast; gradients flow to the coordinates.
     *
     * @param coordinates shape (filters, c, h, w)
     * @param filters shape (n, n), n = c·h·w
     * @return the coordinates' shape and manager
     */
    public static NDArray combine(NDArray coordinates, NDArray filters) {
        requireSquare(coordinates, filters);
        try (Autocast scope = Autocast.offWhereOn(coordinates.getDevice()).orElse(null)) {
            return SCRIPT.tensor("combine", coordinates, filters);
        }
    }

    /**
     * The inverse of {@link #combine}.
     *
     * @param weight shape (filters, c, h, w)
     * @param filters shape (n, n), of full rank
     * @return the weight's shape and manager
     */
    public static NDArray coordinates(NDArray weight, NDArray filters) {
        requireSquare(weight, filters);
        return SCRIPT.tensor("coordinates", weight, filters);
    }

    private static void requireSquare(NDArray weight, NDArray filters) {
        Shapes.requireRank("patches", "a weight", weight, 4, "(filters, channels, height, width)");
        long size = weight.size() / weight.getShape().get(0);
        Shapes.requireSame("patches", "the whitening filters", filters, new Shape(size, size));
    }
}
