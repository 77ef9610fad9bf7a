package org.vivace.methods;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.vivace.models.TokenLoss;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.NamedParameter;
import org.vivace.train.Run;
import org.vivace.train.RunSettings;

class MuonTest {

    private static final float RATE = 0.01f;

    private static Optimizer adamW(double decay) {
        return Optimizer.adamW()
                .optLearningRateTracker(Tracker.fixed(RATE))
                .optWeightDecays((float) decay)
                .build();
    }

    /** All weights by path, before or after one step from one seed. */
    private static Map<String, float[]> weights(int steps, Optimizer optimizer, EfficiencyMethod... methods) {
        RunSettings settings = RunSettings.none().seed(5).steps(10).optimizer(optimizer);
        try (Model model = TestRuns.model(TestRuns.gpt(0));
                Run run = Run.of(model, settings, methods);
                ai.djl.training.Trainer trainer = model.newTrainer(TestRuns.config(optimizer))) {
            run.seedFor("weights");
            trainer.initialize(new Shape(4, 16));
            for (int i = 0; i < steps; i++) {
                try (NDManager batch = model.getNDManager().newSubManager()) {
                    run.step(TestRuns.tokens(batch), trainer::forward, new TokenLoss(), trainer::step);
                }
            }
            Map<String, float[]> weights = new TreeMap<>();
            for (NamedParameter named : run.parameters()) {
                weights.put(named.path(), named.array().toFloatArray());
            }
            return weights;
        }
    }

    private static boolean isHidden(String path) {
        return path.contains("DecoderLayer") && path.endsWith("weight");
    }

    @Test
    void leavesEverythingButHiddenWeightsToTheOptimizersRule() {
        Map<String, float[]> fused = weights(3, adamW(0.1), new FusedAdamW());
        // As good as no rate for the hidden weights, which changes nobody's gradients.
        Map<String, float[]> muon = weights(3, adamW(0), Muon.of(1e-9));
        Map<String, float[]> frozen = weights(0, adamW(0));
        assertThat(muon.keySet()).isEqualTo(fused.keySet());
        assertThat(muon.keySet().stream().filter(MuonTest::isHidden)).hasSize(2 * 4);
        muon.forEach((path, values) -> {
            double moved = TestRuns.farthest(values, frozen.get(path));
            if (isHidden(path)) {
                assertThat(moved).as(path).isLessThan(1e-7);
            } else {
                assertThat(moved).as(path).isGreaterThan(1e-3);
            }
        });
        Map<String, float[]> adam = weights(1, adamW(0.1), new FusedAdamW());
        Map<String, float[]> both = weights(1, adamW(0.1), new Muon());
        adam.forEach((path, values) -> {
            if (isHidden(path)) {
                assertThat(both.get(path)).as(path).isNotEqualTo(values);
            } else {
                assertThat(both.get(path)).as(path).isEqualTo(values);
            }
        });
    }

    @Test
    void movesHiddenWeightsAlongTheirOrthogonalisedGradient() {
        Map<String, float[]> before = weights(0, adamW(0.1));
        Map<String, float[]> after = weights(1, adamW(0.1), Muon.of(2));
        StepGradients gradients = StepGradients.of(() -> TestRuns.gpt(0), TestRuns::tokens, new TokenLoss());
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            for (String path :
                    before.keySet().stream().filter(MuonTest::isHidden).toList()) {
                float[] start = before.get(path);
                int rows = start.length == 4 * 8 * 8 && path.contains("03Linear") ? 8 : start.length / 8;
                assertThat(rows).as(path).isPositive();
            }
            assertThat(gradients.loss()).isPositive();
            assertThat(after).hasSameSizeAs(before);
            assertThat(manager.isOpen()).isTrue();
        }
    }
}
