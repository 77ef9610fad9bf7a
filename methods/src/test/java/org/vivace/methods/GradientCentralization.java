package org.vivace.methods;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.Equivalence;
import org.vivace.train.Hooks;
import org.vivace.train.Kind;
import org.vivace.train.Run;
import org.vivace.train.Traits;

/** Takes its mean off each output's gradient (<a href="https://arxiv.org/abs/2004.01461">Yong et al. 2020</a>). */
public record GradientCentralization() implements EfficiencyMethod {

    @Override
    public Traits traits() {
        return Traits.of(Kind.OPTIMIZER, Equivalence.CHANGES_TRAINING);
    }

    /** @param gradient (outputs, inputs, …), changed in place */
    public static void center(NDArray gradient) {
        long[] ones = new long[gradient.getShape().dimension()];
        Arrays.fill(ones, 1);
        ones[0] = gradient.getShape().get(0);
        try (NDArray rows = gradient.reshape(ones[0], -1);
                NDArray means = rows.mean(new int[] {1});
                NDArray mean = means.reshape(ones)) {
            gradient.subi(mean);
        }
    }

    @Override
    public Hooks attach(Run run) {
        return new Hooks() {
            @Override
            public void onGradients(Run run) {
                for (NDArray weight : run.withGradients().arrays()) {
                    try (NDArray gradient = weight.getGradient()) {
                        if (gradient.getShape().dimension() > 1) {
                            center(gradient);
                        }
                    }
                }
            }
        };
    }
}
