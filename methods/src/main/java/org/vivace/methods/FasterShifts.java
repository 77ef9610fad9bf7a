package org.vivace.methods;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import java.util.List;
import org.vivace.torch.Gradients;
import org.vivace.torch.TensorList;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.Equivalence;
import org.vivace.train.Hooks;
import org.vivace.train.Kind;
import org.vivace.train.NamedParameter;
import org.vivace.train.OptimizerSettings;
import org.vivace.train.Run;
import org.vivace.train.Traits;

/**
 * Norms whose shifts (beta) learn at a multiple of the learning rate: a network of ReLUs decides with them how much of
 * each channel it lets through, and a rate that suits its kernels is far too low for that
 * (<a href="https://arxiv.org/abs/2404.00498">Jordan 2024</a>, section 3.4, after Page 2019).
 *
 * <p>The shifts' gradients are multiplied, which under gradient descent, with or without momentum, is a multiple of the
 * rate; weight decay stays as it was. So the run's optimiser has to be DJL's {@code Sgd}. Use it in convolution networks
 * with batch norms that are trained for a short time.
 *
 * @param factor of the rate, &gt; 1
 */
public record FasterShifts(double factor) implements EfficiencyMethod {

    public FasterShifts {
        if (!(factor > 1 && Double.isFinite(factor))) {
            throw new IllegalArgumentException(
                    "FasterShifts: expected a factor > 1, got " + factor + ": leave the method out for 1");
        }
    }

    /** 16 times the rate. */
    public FasterShifts() {
        this(16);
    }

    @Override
    public Traits traits() {
        return Traits.of(Kind.OPTIMIZER, Equivalence.CHANGES_TRAINING);
    }

    /**
     * Multiplies, in place, the gradients that a backward pass has left.
     *
     * @param shifts parameters that have gradients; none is nothing to do
     */
    public static void scale(TensorList shifts, double factor) {
        Gradients.scale(shifts, factor);
    }

    /** @throws IllegalArgumentException where the run's optimiser is not DJL's Sgd */
    @Override
    public Hooks attach(Run run) {
        OptimizerSettings.sgd(name(), run);
        return new Faster(factor);
    }

    private static final class Faster implements Hooks {

        private final double factor;
        private TensorList shifts;

        Faster(double factor) {
            this.factor = factor;
        }

        @Override
        public void onStart(Run run) {
            boolean some = run.parameters().stream().anyMatch(Faster::isShift);
            if (!some) {
                String message =
                        "FasterShifts looked for trained shifts of norms (parameters of type BETA) in the model"
                                + " and found none";
                if (run.settings().strict()) {
                    throw new IllegalArgumentException(
                            message + ": drop the method, or make the run lenient to go on without it");
                }
                run.note(message + "; the run goes on without it");
            }
        }

        @Override
        public void onGradients(Run run) {
            if (shifts == null) {
                List<NDArray> reached = run.parameters().stream()
                        .filter(Faster::isShift)
                        .map(NamedParameter::array)
                        .filter(Gradients::exists)
                        .toList();
                shifts = TensorList.of(reached);
            }
            scale(shifts, factor);
        }

        private static boolean isShift(NamedParameter named) {
            return named.parameter().getType() == Parameter.Type.BETA;
        }

        @Override
        public void close() {
            if (shifts != null) {
                shifts.close();
            }
        }
    }
}
