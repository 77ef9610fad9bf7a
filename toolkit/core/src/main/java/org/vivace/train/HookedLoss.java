package org.vivace.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.training.evaluator.Evaluator;
import ai.djl.training.loss.Loss;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.vivace.torch.Autograd;
import org.vivace.train.TrainedPasses.TrainedPass;

/** The user's loss with the run's {@code onLoss} hooks in training; evaluation still gets the plain one. */
final class HookedLoss extends Loss {

    private final Loss plain;
    private final TrainedPasses passes = new TrainedPasses();
    private @Nullable Run run;
    private @Nullable NDArray last;

    HookedLoss(Loss plain) {
        super(plain.getName());
        this.plain = plain;
    }

    /** From now on, a run's methods act on the loss of its training passes. */
    void actFor(Run value) {
        run = value;
    }

    /** The loss of the last training pass before any method acted on it. */
    NDArray last() {
        return Objects.requireNonNull(last, "the loss is evaluated before it is read");
    }

    Loss plain() {
        return plain;
    }

    TrainedPasses passes() {
        return passes;
    }

    @Override
    public NDArray evaluate(NDList labels, NDList predictions) {
        if (run == null || !trains(predictions)) {
            return plain.evaluate(labels, predictions);
        }
        TrainedPass pass = passes.of(predictions);
        NDList seen = TrainedPasses.seen(pass, labels);
        NDArray loss = plain.evaluate(seen, predictions);
        last = loss;
        return run.calls().loss(loss, new Sample(pass.seen().data(), seen), predictions);
    }

    /**
     * Whether a backward pass can follow; held-out data are evaluated outside of gradient recording, or after the step.
     */
    private boolean trains(NDList predictions) {
        return !passes.isEmpty()
                && Autograd.recording()
                && (passes.produced(predictions) || predictions.stream().anyMatch(Autograd::reaches));
    }

    /** The labels that the model saw if a training pass made the predictions, or else the given ones. */
    private NDList seen(NDList labels, NDList predictions) {
        return passes.produced(predictions) ? TrainedPasses.seen(passes.of(predictions), labels) : labels;
    }

    /** An evaluator that measures training passes on the labels that they saw. */
    Evaluator around(Evaluator evaluator) {
        return new SeenEvaluator(evaluator, this::seen);
    }

    @Override
    public void addAccumulator(String key) {
        plain.addAccumulator(key);
    }

    @Override
    public void updateAccumulator(String key, NDList labels, NDList predictions) {
        plain.updateAccumulator(key, seen(labels, predictions), predictions);
    }

    @Override
    public void updateAccumulators(String[] keys, NDList labels, NDList predictions) {
        plain.updateAccumulators(keys, seen(labels, predictions), predictions);
    }

    @Override
    public void resetAccumulator(String key) {
        plain.resetAccumulator(key);
    }

    @Override
    public float getAccumulator(String key) {
        return plain.getAccumulator(key);
    }
}
