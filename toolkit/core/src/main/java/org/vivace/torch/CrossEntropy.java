package org.vivace.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/** Cross-entropy with class ids, in nats, as one call, in fp32 for logits of any precision. */
public final class CrossEntropy {

    private static final int INT64 = 4;
    private static final int FLOAT64 = 7;
    /** libtorch's ignore_index; no label is as small, so a wrong label is an error. */
    private static final long IGNORED = Long.MIN_VALUE;

    // libtorch's own label smoothing selects the positions by a mask, whose size makes the host wait for a GPU.
    private static final Script SCRIPT = Script.of("CrossEntropy", """
            def beside(self, logits: Tensor, labels: Tensor, classes: int, dtype: int, id: int, ignored: int, share: float) -> List[Tensor]:
              p = torch.log_softmax(torch.reshape(logits, [-1, classes]), 1, dtype)
              ids = torch.to(torch.reshape(labels, [-1]), id)
              left = torch.lt(ids, 0)
              picked = torch.nll_loss(p, torch.masked_fill(ids, left, ignored), None, 1, ignored)
              counted = torch.to(torch.logical_not(left), p.dtype)
              even = torch.div(torch.dot(torch.mean(p, [1]), counted), torch.sum(counted))
              smoothed = torch.sub(torch.mul(picked, torch.sub(1., share)), even, alpha=share)
              return [smoothed, picked]
            def smoothed(self, logits: Tensor, labels: Tensor, classes: int, dtype: int, id: int, ignored: int, share: float) -> Tensor:
              p = torch.log_softmax(torch.reshape(logits, [-1, classes]), 1, dtype)
              picked = torch.nll_loss(p, torch.to(torch.reshape(labels, [-1]), id), None, 1, ignored)
              return torch.sub(torch.mul(picked, torch.sub(1., share)), torch.mean(p), alpha=share)
            """);

    private CrossEntropy() {}

    /**
     * The mean over all positions of (1 − s) · −log p(label) + s · the mean over the classes of −log p: cross-entropy
     * with a target of 1 − s + s / classes for the label and s / classes for each other class (<a
     * href="https://arxiv.org/abs/1512.00567">Szegedy et al. 2016</a>, section 7). Gradients flow to the logits.
     *
     * <p>On a GPU a label that is not a class id ends the process; libtorch does not check the values before.
     *
     * @param labels class ids from 0 to classes-1, of the logits' shape without its last axis, or with 1 there; any
     *     numeric type
     * @param logits shape (…, classes), any precision
     * @param smoothing s, in [0, 1); 0 gives cross-entropy
     * @return a FLOAT32 scalar, FLOAT64 for FLOAT64 logits, on the logits' manager
     */
    public static NDArray smoothed(NDArray labels, NDArray logits, double smoothing) {
        check(labels, logits, smoothing);
        return SCRIPT.tensor("smoothed", arguments(labels, logits, smoothing));
    }

    /**
     * The same loss and the cross-entropy without smoothing, over the positions whose label is not negative: losses
     * mark ignored positions by negative labels.
     *
     * @return the smoothed loss and the plain one
     */
    public static NDList smoothedBesidePlain(NDArray labels, NDArray logits, double smoothing) {
        check(labels, logits, smoothing);
        return SCRIPT.tensors("beside", arguments(labels, logits, smoothing));
    }

    private static Object[] arguments(NDArray labels, NDArray logits, double smoothing) {
        Shape shape = logits.getShape();
        int dtype = logits.getDataType() == DataType.FLOAT64 ? FLOAT64 : Precision.FLOAT32.code();
        return new Object[] {logits, labels, shape.get(shape.dimension() - 1), dtype, INT64, IGNORED, smoothing};
    }

    private static void check(NDArray labels, NDArray logits, double smoothing) {
        Shape shape = logits.getShape();
        Shapes.require(shape.dimension() >= 1, "cross-entropy", "logits", "(…, classes)", logits);
        int last = shape.dimension() - 1;
        Shape places = shape.slice(0, last);
        Shapes.require(
                labels.getShape().equals(places) || labels.getShape().equals(new Shape(places.getShape()).add(1)),
                "cross-entropy",
                "class ids",
                places + " for logits " + shape,
                labels);
        if (!(smoothing >= 0 && smoothing < 1)) {
            throw new IllegalArgumentException("cross-entropy: expected a smoothing in [0, 1), got " + smoothing);
        }
        DtypeGuard.install();
    }
}
