package com.acme;

import ai.djl.ndarray.NDArray;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.Equivalence;
import org.vivace.train.Hooks;
import org.vivace.train.Kind;
import org.vivace.train.Run;
import org.vivace.train.Traits;

/** A method of a user's own. */
public record HalvedGradients() implements EfficiencyMethod {

    @Override
    public Traits traits() {
        return Traits.of(Kind.OPTIMIZER, Equivalence.CHANGES_TRAINING);
    }

    @Override
    public Hooks attach(Run run) {
        return new Hooks() {
            @Override
            public void onGradients(Run now) {
                for (NDArray weight : now.withGradients().arrays()) {
                    try (NDArray gradient = weight.getGradient()) {
                        gradient.divi(2);
                    }
                }
            }
        };
    }
}
