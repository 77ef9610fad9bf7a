package org.vivace.train;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import ai.djl.training.optimizer.Adam;
import ai.djl.training.optimizer.AdamW;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.optimizer.Sgd;
import ai.djl.training.tracker.ParameterTracker;
import java.lang.reflect.Field;
import java.util.List;
import java.util.OptionalDouble;
import org.vivace.torch.FusedUpdate;
import org.vivace.torch.FusedUpdate.Decay;
import org.vivace.torch.TensorList;

/**
 * The settings of a stock DJL optimizer, and its update in one pass over memory. DJL's optimizers have no getters, so
 * only this type reads their private fields. Update counts of earlier trainings are not carried over.
 */
public sealed interface OptimizerSettings {

    Common common();

    /** Names of the arrays that the optimizer keeps for each parameter, as {@link OptimizerState} expects them. */
    List<String> kept();

    /**
     * One step of the optimizer's own rule on parameters for which {@link #kept} is kept, in one pass over memory, unless
     * {@link Run#found} is 1; their gradients are zeroed.
     */
    void update(OptimizerState state, OptimizerState.Group group);

    /**
     * The settings that all of DJL's optimizers have.
     *
     * @param rescale factor on each gradient, DJL's {@code setRescaleGrad}
     * @param clip the bound of DJL's {@code optClipGrad}, &gt; 0, if one is set
     * @param updatesBefore updates that the schedule counts as done already, DJL's {@code optBeginNumUpdate}
     */
    record Common(
            ParameterTracker tracker, double weightDecay, double rescale, OptionalDouble clip, int updatesBefore) {

        /**
         * The learning rate that DJL would use.
         *
         * @param update the number of the update in this training, from 1
         * @throws IllegalStateException if the schedule gives no finite number
         */
        public double learningRate(Parameter parameter, long update) {
            double rate = tracker.getNewValue(parameter.getId(), Math.toIntExact(updatesBefore + update));
            if (!Double.isFinite(rate)) {
                throw new IllegalStateException("expected a finite learning rate at update " + update + ", got " + rate
                        + ": correct the optimizer's learning-rate tracker");
            }
            return rate;
        }
    }

    /** @param epsilon added to the root of the second moment before its bias is corrected, unlike in libtorch */
    record AdamSettings(Common common, double beta1, double beta2, double epsilon, Decay decay)
            implements OptimizerSettings {

        @Override
        public List<String> kept() {
            return List.of("mean", "variance");
        }

        @Override
        public void update(OptimizerState state, OptimizerState.Group group) {
            double step = (double) common.updatesBefore() + state.updates();
            // DJL adds epsilon to the root of v, libtorch to the root of v̂.
            double eps = epsilon / Math.sqrt(1 - Math.pow(beta2, step));
            TensorList parameters = group.parameters();
            TensorList means = group.arrays(0);
            TensorList variances = group.arrays(1);
            NDArray number = state.scalar(step);
            double rate = group.learningRate();
            double lambda = group.weightDecay();
            FusedUpdate.adam(
                    decay, parameters, means, variances, number, rate, beta1, beta2, lambda, eps, state.found());
        }
    }

    record SgdSettings(Common common, double momentum) implements OptimizerSettings {

        @Override
        public List<String> kept() {
            return momentum == 0 ? List.of() : List.of("momentum");
        }

        @Override
        public void update(OptimizerState state, OptimizerState.Group group) {
            try (TensorList none = TensorList.of(List.of())) {
                FusedUpdate.sgdRateInMomentum(
                        group.parameters(),
                        momentum == 0 ? none : group.arrays(0),
                        group.learningRate(),
                        momentum,
                        group.weightDecay(),
                        state.found());
            }
        }
    }

    /**
     * The settings of the run's optimizer, which must be DJL's Adam or AdamW.
     *
     * @param method the name of the method that replaces it, for the message
     * @throws IllegalArgumentException if the run has no optimizer or another one
     */
    static AdamSettings adam(String method, Run run) {
        String expected = method + " expected DJL's Adam or AdamW as the run's optimizer, got ";
        Optimizer optimizer = optimizer(expected, run);
        if (!isAdam(optimizer)) {
            throw wrong(expected, optimizer, method);
        }
        return adam(optimizer);
    }

    private static boolean isAdam(Optimizer optimizer) {
        return optimizer.getClass() == Adam.class || optimizer.getClass() == AdamW.class;
    }

    private static AdamSettings adam(Optimizer optimizer) {
        return new AdamSettings(
                common(optimizer),
                number(optimizer, "beta1"),
                number(optimizer, "beta2"),
                number(optimizer, "epsilon"),
                optimizer instanceof AdamW ? Decay.DECOUPLED : Decay.IN_GRADIENT);
    }

    /** The settings of the run's optimizer, which must be DJL's Sgd; otherwise as {@link #adam}. */
    static SgdSettings sgd(String method, Run run) {
        String expected = method + " expected DJL's Sgd as the run's optimizer, got ";
        Optimizer optimizer = optimizer(expected, run);
        if (optimizer.getClass() != Sgd.class) {
            throw wrong(expected, optimizer, method);
        }
        return sgd(optimizer);
    }

    private static SgdSettings sgd(Optimizer optimizer) {
        return new SgdSettings(common(optimizer), number(optimizer, "momentum"));
    }

    /** The settings of the run's optimizer, which must be DJL's Adam, AdamW or Sgd; otherwise as {@link #adam}. */
    static OptimizerSettings any(String method, Run run) {
        String expected = method + " expected DJL's Adam, AdamW or Sgd as the run's optimizer, got ";
        Optimizer optimizer = optimizer(expected, run);
        if (isAdam(optimizer)) {
            return adam(optimizer);
        } else if (optimizer.getClass() == Sgd.class) {
            return sgd(optimizer);
        }
        throw wrong(expected, optimizer, method);
    }

    /**
     * How many arrays of a parameter's shape the optimizer keeps for it.
     *
     * @throws IllegalArgumentException if it is none of those that DJL has for PyTorch
     */
    static int statesOf(Optimizer optimizer) {
        if (optimizer instanceof Adam || optimizer instanceof AdamW) {
            return 2;
        } else if (optimizer instanceof Sgd) {
            return number(optimizer, "momentum") == 0 ? 0 : 1;
        }
        throw new IllegalArgumentException("expected DJL's Adam, AdamW or Sgd, got "
                + optimizer.getClass().getSimpleName() + ": DJL has no other optimizer for PyTorch");
    }

    private static Optimizer optimizer(String expected, Run run) {
        return run.settings()
                .optimizer()
                .orElseThrow(() -> new IllegalArgumentException(
                        expected + "none: give it in RunSettings.optimizer(…) or the training config"));
    }

    private static IllegalArgumentException wrong(String expected, Optimizer found, String method) {
        String name = found.getClass().getSimpleName();
        return new IllegalArgumentException(expected + (name.isEmpty() ? "an anonymous subclass" : name)
                + ": give the run one that " + method + " can replace, or drop " + method);
    }

    private static Common common(Optimizer optimizer) {
        double clip = number(optimizer, "clipGrad");
        if (clip == 0) {
            throw new IllegalArgumentException("the optimizer's clipGrad must be > 0, or < 0 for no clipping, got 0.0:"
                    + " it would leave no gradient");
        }
        return new Common(
                (ParameterTracker) value(optimizer, "learningRateTracker"),
                number(optimizer, "weightDecays"),
                number(optimizer, "rescaleGrad"),
                clip < 0 ? OptionalDouble.empty() : OptionalDouble.of(clip),
                (int) number(optimizer, "beginNumUpdate"));
    }

    private static double number(Optimizer optimizer, String field) {
        return ((Number) value(optimizer, field)).doubleValue();
    }

    private static Object value(Optimizer optimizer, String name) {
        for (Class<?> type = optimizer.getClass(); type != null; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (field.getName().equals(name)) {
                    try {
                        field.setAccessible(true);
                        return field.get(optimizer);
                    } catch (IllegalAccessException e) {
                        throw new IllegalStateException("could not read " + field, e);
                    }
                }
            }
        }
        throw new IllegalStateException("expected a field " + name + " in DJL's "
                + optimizer.getClass().getSimpleName() + ", found none: use the DJL version that Vivace was built for");
    }
}
