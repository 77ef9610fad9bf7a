package org.vivace.methods;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.vivace.torch.NativeProducts;
import org.vivace.torch.NewtonSchulz;
import org.vivace.torch.Precision;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.Equivalence;
import org.vivace.train.Hooks;
import org.vivace.train.Kind;
import org.vivace.train.OptimizerChanges;
import org.vivace.train.OptimizerChanges.Decayed;
import org.vivace.train.OptimizerSettings;
import org.vivace.train.OptimizerState;
import org.vivace.train.Run;
import org.vivace.train.State;
import org.vivace.train.Traits;

/**
 * Replaces DJL's {@code Adam}, {@code AdamW} or {@code Sgd}. It updates the hidden weights, the matrices and
 * convolution filters between the model's first and last layer, by their orthogonalised momentum, so that every
 * direction of a matrix learns at the same rate: w ← w − η·(λw + 0.2·sqrt(max(rows, columns))·O). Everything else keeps
 * the optimizer's own rule. The factor gives the update the size of Adam's, so η is the run's own rate.
 *
 * <p>Use it if the model consists mostly of matrices and the batch is not small: it needs fewer steps, each with more
 * products, whose number does not depend on the batch.
 *
 * <p>Sources: <a href="https://kellerjordan.github.io/posts/muon/">Jordan et al. 2024</a>; the factor and decay from
 * <a href="https://arxiv.org/abs/2502.16982">Liu et al. 2025</a>; the arithmetic is {@link NewtonSchulz#update}.
 *
 * @param rate the hidden weights' learning rate as a multiple of the run's, &gt; 0
 * @param momentum in [0, 1)
 * @param steps of the orthogonalisation, &ge; 1
 */
public record Muon(double rate, double momentum, int steps, OptimizerChanges changes) implements EfficiencyMethod {

    private static final double RMS_OF_ADAM = 0.2;
    private static final Muon DEFAULT = new Muon();

    public Muon {
        if (!(rate > 0 && Double.isFinite(rate))) {
            throw new IllegalArgumentException("Muon: expected a rate > 0 as a multiple of the run's, got " + rate);
        }
        if (!(momentum >= 0 && momentum < 1)) {
            throw new IllegalArgumentException("Muon: expected a momentum in [0, 1), got " + momentum);
        }
        if (steps < 1) {
            throw new IllegalArgumentException("Muon: expected steps >= 1, got " + steps + ": 5 is usual");
        }
    }

    /** At the run's own learning rate, momentum 0.95, five steps of orthogonalisation. */
    public Muon() {
        this(1, 0.95, 5, OptimizerChanges.none());
    }

    /**
     * With a learning rate for the hidden weights that is {@code multiple} of the run's, &gt; 0. Short trainings need
     * about 12 with Adam; with Sgd, whose rates are larger, use a value well below 1.
     */
    public static Muon of(double multiple) {
        return new Muon(multiple, DEFAULT.momentum, DEFAULT.steps, DEFAULT.changes);
    }

    /** The momentum, in [0, 1). */
    public Muon withMomentum(double value) {
        return new Muon(rate, value, steps, changes);
    }

    /** Steps of the orthogonalisation, &ge; 1: fewer are cheaper and leave the directions less even. */
    public Muon withSteps(int count) {
        return new Muon(rate, momentum, count, changes);
    }

    /** Scales the gradients down if their total Euclidean norm is above {@code bound}, &gt; 0. */
    public Muon withMaxNorm(double bound) {
        return new Muon(rate, momentum, steps, changes.withMaxNorm(bound));
    }

    /** Replaces the weight decay of the run's optimizer; &ge; 0. */
    public Muon withWeightDecay(double decay) {
        return new Muon(rate, momentum, steps, changes.withWeightDecay(decay));
    }

    /** Excludes scales, shifts, biases and all else with fewer than two axes from weight decay. */
    public Muon withoutDecayOnNormsAndBiases() {
        return new Muon(rate, momentum, steps, changes.withDecayed(Decayed.MATRICES));
    }

    /**
     * The nearly orthogonal matrix with the singular vectors of another: its singular values are those of {@code
     * array}, moved to between 0.68 and 1.14.
     *
     * @param array shape (rows, …), FLOAT32, taken as a matrix of that many rows
     * @param steps &ge; 1
     * @return array's shape, FLOAT32, on its manager
     */
    public static NDArray orthogonalize(NDArray array, int steps) {
        return NewtonSchulz.orthogonal(array, steps, precision(array.getDevice()));
    }

    /**
     * Rounding to bf16 is small compared with the steps' own error, so bf16 is used if the device has instructions for
     * it.
     */
    private static Precision precision(Device device) {
        return NativeProducts.bfloat16(device) ? Precision.BFLOAT16 : Precision.FLOAT32;
    }

    @Override
    public Traits traits() {
        return Traits.of(Kind.OPTIMIZER, Equivalence.CHANGES_TRAINING)
                .claims("optimizer step", "a run has one update a step");
    }

    @Override
    public String label() {
        List<String> settings = new ArrayList<>();
        if (rate != DEFAULT.rate) {
            settings.add("rate " + rate);
        }
        if (momentum != DEFAULT.momentum) {
            settings.add("momentum " + momentum);
        }
        if (steps != DEFAULT.steps) {
            settings.add("steps " + steps);
        }
        settings.addAll(changes.settings());
        return settings.isEmpty() ? name() : name() + "(" + String.join(", ", settings) + ")";
    }

    /**
     * @throws IllegalArgumentException if the run's optimizer is none of the three, or the model has no hidden weights
     */
    @Override
    public Hooks attach(Run run) {
        OptimizerSettings djl = OptimizerSettings.any(name(), run);
        HiddenWeights hidden = new HiddenWeights(run.model().getBlock());
        if (hidden.size() == 0) {
            throw new IllegalArgumentException("Muon looked for Linear and Convolution blocks between the model's first"
                    + " layer and its last and found none: drop the method");
        }
        changes.announce(name(), run, djl.common());
        run.note("Muon moves " + hidden.size() + " hidden weights; the optimizer's own rule moves "
                + String.join(", ", hidden.others()) + ", and all scales, shifts and biases");
        return new Updates(djl, hidden, run);
    }

    private final class Updates implements Hooks {

        private static final List<String> MOMENTUM = List.of("orthogonalised momentum");

        private final OptimizerSettings djl;
        private final HiddenWeights hidden;
        private final OptimizerState state;
        private Precision precision;

        Updates(OptimizerSettings djl, HiddenWeights hidden, Run run) {
            this.djl = djl;
            this.hidden = hidden;
            precision = precision(run.device());
            run.note("Muon multiplies in " + precision);
            state = new OptimizerState(
                    run,
                    parameter -> changes.decayOf(parameter, djl.common()),
                    parameter -> hidden.contains(parameter) ? MOMENTUM : djl.kept());
        }

        @Override
        public boolean update(Run run) {
            changes.applyTo(run.withGradients(), djl.common());
            for (OptimizerState.Group group : state.next(this::rateOf)) {
                if (group.names().equals(MOMENTUM)) {
                    move(group, run.found());
                } else {
                    djl.update(state, group);
                }
            }
            return true;
        }

        @Override
        public boolean skipsOnDevice() {
            return true;
        }

        private double rateOf(Parameter parameter, long update) {
            double own = djl.common().learningRate(parameter, update);
            return hidden.contains(parameter) ? rate * own : own;
        }

        private void move(OptimizerState.Group group, Optional<NDArray> found) {
            NewtonSchulz.update(
                    group.parameters(),
                    group.arrays(0),
                    group.members().stream().map(hidden::parts).toList(),
                    group.learningRate(),
                    RMS_OF_ADAM,
                    momentum,
                    group.weightDecay(),
                    steps,
                    precision,
                    found);
        }

        @Override
        public void save(State.Writer writer) {
            state.save(writer);
            writer.number("bytes of a product's number", precision.bytes());
        }

        @Override
        public void load(State.Reader reader) {
            state.load(reader);
            // The run continues in the precision that it began with, whichever this machine would choose.
            if (reader.has("bytes of a product's number")) {
                boolean whole = reader.number("bytes of a product's number") == Precision.FLOAT32.bytes();
                precision = whole ? Precision.FLOAT32 : Precision.BFLOAT16;
            }
        }

        @Override
        public void close() {
            state.close();
        }
    }
}
