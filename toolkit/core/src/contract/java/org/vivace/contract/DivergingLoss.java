package org.vivace.contract;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.training.loss.Loss;

/** {@link SmallTraining#classes}, but not a number in one evaluation, and with it every gradient. */
public final class DivergingLoss extends Loss {

    private final Loss plain = SmallTraining.classes();
    private final long at;
    private long evaluations;

    /** @param at the number of that evaluation, from 0 */
    public DivergingLoss(long at) {
        super("Diverging");
        this.at = at;
    }

    @Override
    public NDArray evaluate(NDList labels, NDList predictions) {
        NDArray loss = plain.evaluate(labels, predictions);
        return evaluations++ == at ? loss.mul(Float.NaN) : loss;
    }
}
