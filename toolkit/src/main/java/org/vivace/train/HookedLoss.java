package org.vivace.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.training.loss.Loss;

/** The user's loss with the run's {@code onLoss} hooks in training; evaluators go on seeing the plain one. */
final class HookedLoss extends Loss {

    private final Loss plain;
    Run run;
    /** What the model saw last; a loss is asked for right after the pass it belongs to. */
    NDList data = new NDList();

    NDArray last;

    HookedLoss(Loss plain) {
        super(plain.getName());
        this.plain = plain;
    }

    Loss plain() {
        return plain;
    }

    @Override
    public NDArray evaluate(NDList labels, NDList predictions) {
        last = plain.evaluate(labels, predictions);
        return run == null ? last : run.calls().loss(last, new Sample(data, labels), predictions);
    }

    @Override
    public void addAccumulator(String key) {
        plain.addAccumulator(key);
    }

    @Override
    public void updateAccumulator(String key, NDList labels, NDList predictions) {
        plain.updateAccumulator(key, labels, predictions);
    }

    @Override
    public void updateAccumulators(String[] keys, NDList labels, NDList predictions) {
        plain.updateAccumulators(keys, labels, predictions);
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
