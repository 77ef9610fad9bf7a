package org.vivace.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.training.evaluator.Evaluator;
import java.util.function.BinaryOperator;

/** The user's evaluator, given the labels that the model saw if a method has changed them for a training pass. */
final class SeenEvaluator extends Evaluator {

    private final Evaluator plain;
    private final BinaryOperator<NDList> seen;

    /** @param seen the labels to measure with, of the labels given and the predictions */
    SeenEvaluator(Evaluator plain, BinaryOperator<NDList> seen) {
        super(plain.getName());
        this.plain = plain;
        this.seen = seen;
    }

    @Override
    public NDArray evaluate(NDList labels, NDList predictions) {
        return plain.evaluate(seen.apply(labels, predictions), predictions);
    }

    @Override
    public void addAccumulator(String key) {
        plain.addAccumulator(key);
    }

    @Override
    public void updateAccumulator(String key, NDList labels, NDList predictions) {
        plain.updateAccumulator(key, seen.apply(labels, predictions), predictions);
    }

    @Override
    public void updateAccumulators(String[] keys, NDList labels, NDList predictions) {
        plain.updateAccumulators(keys, seen.apply(labels, predictions), predictions);
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
