package org.vivace.methods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.translate.NoopTranslator;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.vivace.contract.Weights;
import org.vivace.methods.MixedPrecision.LossScale;
import org.vivace.models.TokenLoss;
import org.vivace.train.Catalogue;
import org.vivace.train.CatalogueEntry;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.EfficientTrainer;
import org.vivace.train.Sample;

/** Every method of the catalogue in loops of the user's own: the same weights as in the trainer's, or a refusal. */
@Tag("slow")
class LoopsTest {

    private static final double ROUNDING = 1e-5;

    static Stream<LoopTrial> trials() {
        List<EfficiencyMethod> methods = new ArrayList<>();
        for (CatalogueEntry entry : Catalogue.all()) {
            methods.addAll(Catalogue.parse(entry.name()));
        }
        methods.add(MixedPrecision.fp16(new LossScale(4096, 2, 0.5, 2000)));
        return methods.stream().map(LoopTrial::new);
    }

    @ParameterizedTest
    @MethodSource("trials")
    void inAnotherCollector(LoopTrial trial) throws Exception {
        trial.assertAsPlain((trainer, sample) -> {
            try (GradientCollector collector = LoopTrial.engines()) {
                collector.backward(LoopTrial.loss(trainer, sample));
            }
        });
    }

    @ParameterizedTest
    @MethodSource("trials")
    void withEvaluationAndPredictionInBetween(LoopTrial trial) throws Exception {
        trial.assertAsPlain((trainer, sample) -> {
            try (GradientCollector collector = trainer.newGradientCollector()) {
                NDArray loss = LoopTrial.loss(trainer, sample);
                NDList predictions = trainer.evaluate(new NDList(sample.data()));
                float expected =
                        new TokenLoss().evaluate(sample.labels(), predictions).getFloat();
                assertThat(trainer.getLoss()
                                .evaluate(sample.labels(), predictions)
                                .getFloat())
                        .isEqualTo(expected);
                try (Predictor<NDList, NDList> predictor = trainer.getModel().newPredictor(new NoopTranslator(null))) {
                    predictor.predict(new NDList(sample.data()));
                }
                collector.backward(loss);
            }
            NDList held = trainer.evaluate(new NDList(sample.data()));
            assertThat(trainer.getLoss().evaluate(sample.labels(), held).getFloat())
                    .isEqualTo(new TokenLoss().evaluate(sample.labels(), held).getFloat());
        });
    }

    @ParameterizedTest
    @MethodSource("trials")
    void afterPassesThatCameToNothing(LoopTrial trial) throws Exception {
        trial.assertAsPlain((trainer, sample) -> {
            try (GradientCollector collector = trainer.newGradientCollector()) {
                LoopTrial.loss(trainer, sample);
            }
            try (GradientCollector collector = trainer.newGradientCollector()) {
                collector.backward(LoopTrial.loss(trainer, sample));
                collector.zeroGradients();
                NDManager manager = sample.data().getManager();
                NDList wrong = new NDList(manager.ones(new Shape(4, 3, 2)));
                assertThat(catching(() -> trainer.forward(wrong, sample.labels())))
                        .isTrue();
            }
            LoopTrial.plain(trainer, sample);
        });
    }

    private static boolean catching(Runnable failing) {
        try {
            failing.run();
            return false;
        } catch (RuntimeException expected) {
            return true;
        }
    }

    /** Both halves of a batch, each with a backward pass of its own. */
    private static void apart(EfficientTrainer trainer, Sample sample) {
        LoopTrial.plain(trainer, sample);
        LoopTrial.plain(trainer, LoopTrial.other(sample));
    }

    @ParameterizedTest
    @MethodSource("trials")
    void withSeveralPassesBeforeOneBackward(LoopTrial trial) throws Exception {
        float[] apart = trial.weights(LoopsTest::apart);

        LoopTrial.Loop together = (trainer, sample) -> {
            try (GradientCollector collector = trainer.newGradientCollector()) {
                collector.backward(
                        LoopTrial.loss(trainer, sample).add(LoopTrial.loss(trainer, LoopTrial.other(sample))));
            }
        };
        LoopTrial.Loop elsewhere = (trainer, sample) -> {
            try (GradientCollector collector = LoopTrial.engines()) {
                NDArray first = LoopTrial.loss(trainer, sample);
                collector.backward(first.add(LoopTrial.loss(trainer, LoopTrial.other(sample))));
            }
        };

        assertThat(Weights.farthest(trial.weights(together), apart)).isLessThan(ROUNDING);
        assertThat(Weights.farthest(trial.weights(elsewhere), apart)).isLessThan(ROUNDING);
    }

    @ParameterizedTest
    @MethodSource("trials")
    void withSeveralBackwardPasses(LoopTrial trial) throws Exception {
        float[] apart = trial.weights(LoopsTest::apart);

        float[] inTurn = trial.weights((trainer, sample) -> {
            try (GradientCollector collector = LoopTrial.engines()) {
                collector.backward(LoopTrial.loss(trainer, sample));
                collector.backward(LoopTrial.loss(trainer, LoopTrial.other(sample)));
            }
        });
        float[] afterBoth = trial.weights((trainer, sample) -> {
            try (GradientCollector collector = trainer.newGradientCollector()) {
                NDArray first = LoopTrial.loss(trainer, sample);
                NDArray second = LoopTrial.loss(trainer, LoopTrial.other(sample));
                collector.backward(first);
                collector.backward(second);
            }
        });

        assertThat(Weights.farthest(inTurn, apart)).isZero();
        assertThat(Weights.farthest(afterBoth, apart)).isLessThan(ROUNDING);
    }

    @ParameterizedTest
    @MethodSource("trials")
    void withALossThatTheTrainerDoesNotKnow(LoopTrial trial) throws Exception {
        TokenLoss mine = new TokenLoss();
        for (boolean engine : new boolean[] {false, true}) {
            LoopTrial.Loop loop = (trainer, sample) -> {
                try (GradientCollector collector = engine ? LoopTrial.engines() : trainer.newGradientCollector()) {
                    NDList predictions = trainer.forward(sample.data(), sample.labels());
                    collector.backward(mine.evaluate(trainer.trainedLabels(), predictions));
                }
            };
            if (trial.seesLoss()) {
                assertThatIllegalStateException()
                        .isThrownBy(() -> trial.weights(loop))
                        .withMessage("expected this step's loss from the trainer, where "
                                + trial.method().name() + " acts, got a backward pass from another loss: call"
                                + " trainer.getLoss().evaluate(labels, predictions)");
            } else {
                trial.assertAsPlain(loop);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("trials")
    void withoutABackwardPassTheFirstStepIsRefused(LoopTrial trial) {
        assertThatIllegalStateException()
                .isThrownBy(() -> trial.weights((trainer, sample) -> trainer.forward(sample.data(), sample.labels())))
                .withMessage(
                        "expected a backward pass before the first step, got no gradient: call backward on the loss,"
                                + " within a gradient collector");
    }

    @Test
    void theModelItselfIsNoWayAroundTheMethods() {
        LoopTrial trial = new LoopTrial(MixedPrecision.bf16());
        assertThatIllegalStateException()
                .isThrownBy(() -> trial.weights((trainer, sample) -> {
                    try (GradientCollector collector = trainer.newGradientCollector()) {
                        NDList predictions = trainer.getModel()
                                .getBlock()
                                .forward(new ParameterStore(trainer.getManager(), false), sample.data(), true);
                        collector.backward(new TokenLoss().evaluate(sample.labels(), predictions));
                    }
                }))
                .withMessage("expected this step's forward pass from the trainer, where MixedPrecision acts, got a"
                        + " backward pass from another forward pass: call trainer.forward(data, labels)");
    }

    @Test
    void labelsThatChangeMustBeGivenToThePass() {
        assertThatIllegalStateException()
                .isThrownBy(() -> new LoopTrial(new SequenceLengthWarmup())
                        .weights((trainer, sample) -> trainer.forward(sample.data())))
                .withMessage(
                        "expected a training pass with labels, which SequenceLengthWarmup changes along with the data,"
                                + " got one without: call trainer.forward(data, labels)");
    }

    @Test
    void gradientsClippedByHandAreTheUnscaledOnes() throws Exception {
        LoopTrial.Loop clipped = (trainer, sample) -> {
            apart(trainer, sample);
            for (NDArray weight : trainer.run().withGradients().arrays()) {
                try (NDArray gradient = weight.getGradient();
                        NDArray within = gradient.clip(-1e-3, 1e-3)) {
                    gradient.subi(gradient);
                    gradient.addi(within);
                }
            }
        };
        float[] whole = new LoopTrial(new FusedSgd()).weights(clipped);
        float[] scaled = new LoopTrial(MixedPrecision.fp16(new LossScale(65536, 2, 0.5, 2000))).weights(clipped);

        // The rate is 0.1 and three steps are made: clipped after scaling, the weights would hardly move.
        assertThat(Weights.farthest(scaled, whole)).isLessThan(2e-4);
    }

    @Test
    void aTermOnTheWeightsThemselvesIsNotScaled() throws Exception {
        LoopTrial.Loop decayed = (trainer, sample) -> {
            try (GradientCollector collector = trainer.newGradientCollector()) {
                NDArray weight = trainer.run().parameters().get(0).array();
                collector.backward(LoopTrial.loss(trainer, sample)
                        .add(weight.square().sum().mul(0.1f)));
            }
        };
        float[] whole = new LoopTrial(new FusedSgd()).weights(decayed);
        float[] scaled = new LoopTrial(MixedPrecision.fp16(new LossScale(65536, 2, 0.5, 2000))).weights(decayed);

        assertThat(Weights.farthest(scaled, whole)).isLessThan(2e-3);
    }
}
