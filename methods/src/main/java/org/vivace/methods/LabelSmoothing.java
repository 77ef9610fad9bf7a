package org.vivace.methods;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.Consumer;
import org.vivace.models.TokenLoss;
import org.vivace.torch.CrossEntropy;
import org.vivace.train.Effect;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.Equivalence;
import org.vivace.train.Hook;
import org.vivace.train.Hooks;
import org.vivace.train.Kind;
import org.vivace.train.Run;
import org.vivace.train.Sample;
import org.vivace.train.Traits;

/**
 * Softened targets: the cross-entropy uses 1 − s + s / classes for the label and s / classes for each other class, so
 * that a network need not grow its logits without bound and often generalises better (<a
 * href="https://arxiv.org/abs/1512.00567">Szegedy et al. 2016</a>, section 7). With p the model's probabilities the
 * loss is (1 − s) · −log p(label) + s · the mean over the classes of −log p.
 *
 * <p>Use it if the loss is the mean cross-entropy of logits with class ids, {@link TokenLoss} or DJL's {@code
 * SoftmaxCrossEntropyLoss}. The minimised loss is smoothed; the reported and evaluated loss stays plain. Positions with
 * a negative label are ignored, as the loss must do too. Any other loss is refused at the first step where it differs.
 *
 * @param smoothing s, in (0, 1)
 */
public record LabelSmoothing(double smoothing) implements EfficiencyMethod {

    private static final double ROUNDING = 1e-3;

    public LabelSmoothing {
        if (!(smoothing > 0 && smoothing < 1)) {
            throw new IllegalArgumentException(
                    "LabelSmoothing: expected a smoothing in (0, 1), got " + smoothing + ": omit the method for none");
        }
    }

    /** The paper's 0.1. */
    public LabelSmoothing() {
        this(0.1);
    }

    /** Comes first at the loss: it computes the loss again from the predictions, and others may add to that. */
    @Override
    public Traits traits() {
        return Traits.of(Kind.LOSS, Equivalence.CHANGES_TRAINING).before(Hook.LOSS, Traits.ALL);
    }

    @Override
    public String label() {
        return name() + "(" + smoothing + ")";
    }

    /**
     * The smoothed loss; gradients flow to the logits.
     *
     * @param labels class ids from 0 to classes-1, shape (…) or (…, 1), any numeric type
     * @param logits shape (…, classes), any precision
     * @param smoothing in [0, 1); 0 gives the plain cross-entropy
     * @return a FLOAT32 scalar, FLOAT64 for FLOAT64 logits, on the logits' manager
     * @throws IllegalArgumentException if the shapes do not match or, on the CPU, a label is not a class id
     */
    public static NDArray loss(NDArray labels, NDArray logits, double smoothing) {
        try {
            return CrossEntropy.smoothed(labels, logits, smoothing);
        } catch (EngineException e) {
            throw wrongLabel(e, labels, logits);
        }
    }

    private static EngineException wrongLabel(EngineException found, NDArray labels, NDArray logits) {
        if (String.valueOf(found.getMessage()).contains("out of bounds")) {
            Shape shape = logits.getShape();
            TokenLoss.checkLabels(labels, shape.get(shape.dimension() - 1));
        }
        return found;
    }

    @Override
    public List<Effect> effects() {
        return List.of();
    }

    @Override
    public Hooks attach(Run run) {
        return new Smoothing();
    }

    private final class Smoothing implements Hooks {

        private boolean checked;

        @Override
        public NDArray onLoss(Run run, NDArray loss, Sample sample, NDList predictions) {
            NDArray labels = single("labels", sample.labels());
            NDArray logits = single("predictions", predictions);
            NDList both = besidePlain(labels, logits);
            try (NDArray pair = pair(loss, both.get(1))) {
                long step = run.step();
                Consumer<float[]> check = values -> requireCrossEntropy(values[0], values[1], step);
                if (checked) {
                    run.findings().addForLater(pair, check);
                } else {
                    run.findings().add(pair, check);
                    checked = true;
                }
            }
            return both.get(0);
        }

        private NDList besidePlain(NDArray labels, NDArray logits) {
            try {
                return CrossEntropy.smoothedBesidePlain(labels, logits, smoothing);
            } catch (EngineException e) {
                throw wrongLabel(e, labels, logits);
            }
        }

        /** The given and the expected loss. */
        private static NDArray pair(NDArray loss, NDArray plain) {
            try (NDArray sum = loss.sum();
                    NDArray found = sum.toType(DataType.FLOAT32, true);
                    NDArray expected = plain.toType(DataType.FLOAT32, true)) {
                return NDArrays.stack(new NDList(found, expected));
            }
        }

        private static NDArray single(String what, NDList arrays) {
            if (arrays.size() != 1) {
                throw new IllegalArgumentException("LabelSmoothing: expected one array of " + what + ", got "
                        + arrays.size() + ": drop the method or train on one");
            }
            return arrays.head();
        }

        /**
         * Of each step, since another loss, or a term added to it, would be replaced silently; the first is looked at before
         * its update, since a wrong loss is wrong from the start.
         */
        private static void requireCrossEntropy(double found, double expected, long step) {
            if (Math.abs(found - expected) > ROUNDING * Math.max(1, Math.abs(expected))) {
                throw new IllegalArgumentException("LabelSmoothing: expected a loss that is the mean cross-entropy"
                        + " of logits with class ids, here " + (float) expected + ", got " + (float) found + " at step "
                        + step + ": use TokenLoss or drop the method");
            }
        }
    }
}
