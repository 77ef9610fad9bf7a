package org.vivace.train;

import ai.djl.nn.Parameter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import org.vivace.torch.Gradients;
import org.vivace.torch.TensorList;

/**
 * How the update of a method that replaces DJL's optimizer differs from that optimizer's; by default it does not.
 *
 * @param maxNorm bound on the Euclidean norm of all gradients together, &gt; 0
 * @param clipValue bound on the absolute value of each element of a gradient, &gt; 0
 * @param weightDecay &ge; 0, in place of the optimizer's
 */
public record OptimizerChanges(
        OptionalDouble maxNorm, OptionalDouble clipValue, OptionalDouble weightDecay, Decayed decayed) {

    /** The parameters that weight decay acts on. */
    public enum Decayed {
        ALL,
        /** Excludes scales, shifts and biases, which decay would not regularize but distort. */
        MATRICES;

        boolean includes(Parameter parameter) {
            return this == ALL
                    || switch (parameter.getType()) {
                        case GAMMA, BETA, BIAS -> false;
                        default -> parameter.getArray().getShape().dimension() > 1;
                    };
        }
    }

    public OptimizerChanges {
        requirePositive("maxNorm", maxNorm);
        requirePositive("clipValue", clipValue);
        weightDecay.ifPresent(value -> {
            if (!(value >= 0 && Double.isFinite(value))) {
                throw new IllegalArgumentException(
                        "weightDecay must be >= 0 and finite, got " + value + ": 0 turns it off");
            }
        });
    }

    private static void requirePositive(String name, OptionalDouble bound) {
        bound.ifPresent(value -> {
            if (!(value > 0 && Double.isFinite(value))) {
                throw new IllegalArgumentException(
                        name + " must be > 0 and finite, got " + value + ": leave it out for no clipping");
            }
        });
    }

    public static OptimizerChanges none() {
        return new OptimizerChanges(
                OptionalDouble.empty(), OptionalDouble.empty(), OptionalDouble.empty(), Decayed.ALL);
    }

    public OptimizerChanges withMaxNorm(double bound) {
        return new OptimizerChanges(OptionalDouble.of(bound), clipValue, weightDecay, decayed);
    }

    public OptimizerChanges withClipValue(double bound) {
        return new OptimizerChanges(maxNorm, OptionalDouble.of(bound), weightDecay, decayed);
    }

    public OptimizerChanges withWeightDecay(double decay) {
        return new OptimizerChanges(maxNorm, clipValue, OptionalDouble.of(decay), decayed);
    }

    public OptimizerChanges withDecayed(Decayed which) {
        return new OptimizerChanges(maxNorm, clipValue, weightDecay, which);
    }

    /** How the run relates to the one with DJL's optimizer. */
    public Equivalence equivalence() {
        return equals(none()) ? Equivalence.WITHIN_TOLERANCE : Equivalence.CHANGES_TRAINING;
    }

    /** {@code NAME(maxNorm 1.0, weight decay 0.1)}, showing what differs from the default. */
    public String label(String name) {
        List<String> parts = settings();
        return parts.isEmpty() ? name : name + "(" + String.join(", ", parts) + ")";
    }

    /** What differs from the default, {@code maxNorm 1.0} for example. */
    public List<String> settings() {
        List<String> parts = new ArrayList<>();
        maxNorm.ifPresent(bound -> parts.add("maxNorm " + bound));
        clipValue.ifPresent(bound -> parts.add("clipValue " + bound));
        weightDecay.ifPresent(decay -> parts.add("weightDecay " + decay));
        if (decayed != Decayed.ALL) {
            parts.add("decay on " + decayed.name().toLowerCase(Locale.ROOT));
        }
        return parts;
    }

    /**
     * Notes in the run's log the differences from DJL that were not requested.
     *
     * @throws IllegalArgumentException if a change has nothing to act on
     */
    public void announce(String method, Run run, OptimizerSettings.Common djl) {
        if (decayed != Decayed.ALL && weightDecay.orElse(djl.weightDecay()) == 0) {
            throw new IllegalArgumentException(method + " expected a weight decay to keep off norms and biases, got 0:"
                    + " set withWeightDecay(0.01) or drop withoutDecayOnNormsAndBiases()");
        }
        if (djl.clip().isPresent() && clipValue.isEmpty()) {
            double bound = djl.clip().getAsDouble();
            run.note(method + " clips each gradient to [-" + bound + ", " + bound
                    + "]; DJL's own optClipGrad clips the upper side only");
        }
    }

    /** The weight decay of one parameter. */
    public double decayOf(Parameter parameter, OptimizerSettings.Common djl) {
        return decayed.includes(parameter) ? weightDecay.orElse(djl.weightDecay()) : 0;
    }

    /** Changes the gradients in place for the update: rescales them, clips each element, then clips their norm. */
    public void applyTo(TensorList gradients, OptimizerSettings.Common djl) {
        if (gradients.size() == 0) {
            return;
        }
        if (djl.rescale() != 1) {
            Gradients.scale(gradients, djl.rescale());
        }
        OptionalDouble bound = clipValue.isPresent() ? clipValue : djl.clip();
        bound.ifPresent(value -> Gradients.clipValue(gradients, value));
        maxNorm.ifPresent(value -> Gradients.clipNorm(gradients, value).close());
    }
}
