package org.vivace.methods;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.GradientCollector;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.vivace.contract.SmallTraining;
import org.vivace.contract.Weights;
import org.vivace.methods.MixedPrecision.LossScale;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.EfficientTrainer;
import org.vivace.train.RunSettings;

/** Two models that are trained from one loss, each with methods of its own. */
class TwoModelsTest {

    private static final double ROUNDING = 1e-5;

    @Test
    void oneLossOfTwoModelsThatAreTrainedTogether() throws Exception {
        assertThat(Weights.farthest(chained(new FusedSgd(), new FusedSgd()), chained()))
                .isLessThan(ROUNDING);
        float[] scaled = chained(
                MixedPrecision.fp16(new LossScale(4096, 2, 0.5, 2000)),
                MixedPrecision.fp16(new LossScale(128, 2, 0.5, 2000)));
        assertThat(Weights.farthest(scaled, chained())).isLessThan(2e-3);
        assertThat(Weights.farthest(chained(new ActivationCheckpointing(), new ActivationCheckpointing()), chained()))
                .isLessThan(ROUNDING);
    }

    /** The weights of a generator and of a critic that judges it, after steps of both from one loss. */
    private static float[] chained(EfficiencyMethod... methods) throws Exception {
        EfficiencyMethod[] first = methods.length == 0 ? methods : new EfficiencyMethod[] {methods[0]};
        EfficiencyMethod[] second = methods.length == 0 ? methods : new EfficiencyMethod[] {methods[1]};
        try (Model generator = SmallTraining.model(dense());
                Model critic = SmallTraining.model(dense());
                EfficientTrainer makes =
                        new EfficientTrainer(generator, SmallTraining.config(SmallTraining.sgd()), seed(), first);
                EfficientTrainer judges =
                        new EfficientTrainer(critic, SmallTraining.config(SmallTraining.sgd()), seed(), second)) {
            makes.initialize(new Shape(4, 16));
            judges.initialize(new Shape(4, 16));
            for (int step = 0; step < LoopTrial.STEPS; step++) {
                try (NDManager batch = generator.getNDManager().newSubManager();
                        GradientCollector collector = LoopTrial.engines()) {
                    NDList noise = new NDList(batch.arange(64f).sin().reshape(4, 16));
                    NDArray verdict = judges.forward(makes.forward(noise)).head();
                    collector.backward(verdict.square().mean());
                    judges.step();
                    makes.step();
                }
            }
            float[] one = Weights.of(generator).values();
            float[] other = Weights.of(critic).values();
            float[] both = Arrays.copyOf(one, one.length + other.length);
            System.arraycopy(other, 0, both, one.length, other.length);
            return both;
        }
    }

    private static RunSettings seed() {
        return RunSettings.none().seed(3);
    }

    private static Block dense() {
        return new SequentialBlock()
                .add(new SequentialBlock()
                        .add(Linear.builder().setUnits(16).build())
                        .add(Activation::tanh))
                .add(Linear.builder().setUnits(16).build());
    }
}
