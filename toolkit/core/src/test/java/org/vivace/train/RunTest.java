package org.vivace.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.Batch;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.vivace.contract.GivenMethod;
import org.vivace.contract.SmallTraining;
import org.vivace.torch.Autograd;
import org.vivace.torch.GradMode;
import org.vivace.torch.Gradients;

class RunTest {

    @Test
    void namesEveryTrainedParameterOnce() {
        Linear shared = Linear.builder().setUnits(5).build();
        SequentialBlock block = new SequentialBlock().add(shared).add(shared).add(SmallTraining.mlp(0));
        try (Model model = SmallTraining.model(block);
                Run run = Run.of(model, RunSettings.none())) {
            block.initialize(model.getNDManager(), DataType.FLOAT32, SmallTraining.POINTS);
            block.getParameters().get("01Linear_bias").freeze(true);

            assertThat(run.parameters().stream().map(NamedParameter::path))
                    .containsExactly(
                            "01Linear_weight",
                            "03SequentialBlock_01Linear_weight",
                            "03SequentialBlock_01Linear_bias",
                            "03SequentialBlock_04Linear_weight",
                            "03SequentialBlock_04Linear_bias");
        }
    }

    @Test
    void wantsWeightsBeforeTheFirstStep() {
        try (Model model = SmallTraining.model(SmallTraining.mlp(0));
                Run run = Run.of(model, RunSettings.none())) {
            assertThatIllegalStateException()
                    .isThrownBy(run::parameters)
                    .withMessage("expected the model's weights to exist, but 01Linear_weight has none: initialize the"
                            + " trainer before the first step");
        }
    }

    @Test
    void tellsItsProgressWhereItHasALength() {
        try (Model model = SmallTraining.model(SmallTraining.mlp(0));
                Run open = Run.of(model, RunSettings.none());
                Run ten = Run.of(model, RunSettings.none().steps(10));
                Run timed = Run.of(model, RunSettings.none(), Recipe.of(), Progress.of(() -> 1.7))) {
            ten.resumeAt(3);
            assertThat(ten.progress()).isEqualTo(0.3);
            assertThat(ten.hasLength()).isTrue();
            ten.resumeAt(12);
            assertThat(ten.progress()).isEqualTo(1);
            assertThat(timed.progress()).isEqualTo(1);
            assertThat(timed.hasLength()).isTrue();
            assertThat(open.hasLength()).isFalse();
            assertThatIllegalStateException()
                    .isThrownBy(open::progress)
                    .withMessage("expected a run of known length, got one without: give RunSettings.steps(n)");
        }
    }

    @Test
    void startsWithoutGradientsThatAnotherTrainingHasLeft() {
        try (Model model = SmallTraining.model(SmallTraining.mlp(0));
                EfficientTrainer trainer = new EfficientTrainer(
                        model, SmallTraining.config(SmallTraining.classes(), SmallTraining.adam()))) {
            trainer.initialize(SmallTraining.POINTS);
            var weight = model.getBlock().getParameters().get(0).getValue().getArray();
            try (GradMode recorded = GradMode.on();
                    var left = weight.sum()) {
                Autograd.backward(left, false);
            }
            assertThat(Gradients.exists(weight)).isTrue();

            trainer.run().start();

            try (var gradient = weight.getGradient()) {
                assertThat(gradient.abs().max().getFloat()).isZero();
            }
        }
    }

    /** Asks that the graph be kept, and then goes through it a second time. */
    private static final EfficiencyMethod TWICE =
            GivenMethod.of("Twice", Kind.LOSS, Equivalence.CHANGES_TRAINING, new Hooks() {
                @Override
                public void aroundBackward(Run run, NDArray loss, Backward backward) {
                    run.keepGraph();
                    backward.from(loss);
                    Autograd.backward(loss, false);
                }
            });

    @Test
    void keepsTheGraphOfABackwardPassWhereAsked() throws Exception {
        float once = gradient();
        float twice = gradient(TWICE);

        assertThat(twice).isEqualTo(2 * once).isNotZero();
    }

    private static float gradient(EfficiencyMethod... methods) throws Exception {
        try (Model model = SmallTraining.model(SmallTraining.mlp(0));
                Run run = Run.of(model, RunSettings.none().seed(1), methods);
                Trainer trainer =
                        model.newTrainer(SmallTraining.config(SmallTraining.classes(), SmallTraining.adam()))) {
            run.seedFor("weights");
            trainer.initialize(SmallTraining.POINTS);
            float[] seen = new float[1];
            for (Batch batch : trainer.iterateDataset(SmallTraining.points(model.getNDManager(), 4, false))) {
                Sample sample = new Sample(batch.getData(), batch.getLabels());
                run.step(sample, trainer::forward, trainer.getLoss(), () -> {
                    try (var gradient = run.parameters().get(0).array().getGradient()) {
                        seen[0] = gradient.get(0, 0).getFloat();
                    }
                });
                batch.close();
            }
            return seen[0];
        }
    }

    @Test
    void aStepGivesBackThePlainLoss() throws Exception {
        try (Model model = SmallTraining.model(SmallTraining.mlp(0));
                Run run = Run.of(model, RunSettings.none().seed(1), DOUBLING);
                Trainer trainer =
                        model.newTrainer(SmallTraining.config(SmallTraining.classes(), SmallTraining.adam()))) {
            trainer.initialize(SmallTraining.POINTS);
            for (Batch batch : trainer.iterateDataset(SmallTraining.points(model.getNDManager(), 4, false))) {
                NDList predictions = trainer.forward(batch.getData());
                float plain = SmallTraining.classes()
                        .evaluate(batch.getLabels(), predictions)
                        .getFloat();
                Sample sample = new Sample(batch.getData(), batch.getLabels());

                float given = run.step(sample, trainer::forward, trainer.getLoss(), trainer::step)
                        .getFloat();

                assertThat(given).isEqualTo(plain);
                assertThat(run.step()).isEqualTo(1);
                batch.close();
            }
        }
    }

    private static final EfficiencyMethod DOUBLING =
            GivenMethod.of("Doubling", Kind.LOSS, Equivalence.CHANGES_TRAINING, new Hooks() {
                @Override
                public NDArray onLoss(Run run, NDArray loss, Sample sample, NDList predictions) {
                    return loss.mul(2);
                }
            });

    @Test
    void aTrainerWantsDevicesOfOneTypeTheModelsFirst() {
        try (Model model = SmallTraining.model(SmallTraining.mlp(0))) {
            DefaultTrainingConfig two = SmallTraining.config(SmallTraining.classes(), SmallTraining.adam())
                    .optDevices(new Device[] {Device.cpu(), Device.gpu()});
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new EfficientTrainer(model, two))
                    .withMessage(
                            "expected devices of one type, the model's cpu() as the first, got [cpu(), gpu(0)]: call"
                                    + " optDevices on the config, or devices on the training");
            DefaultTrainingConfig lossless = SmallTraining.config(null, SmallTraining.adam());
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new EfficientTrainer(model, lossless))
                    .withMessage("expected a training config with a loss, got one without");
        }
    }

    @Test
    void theLogIsWhatWasNoted() {
        try (Model model = SmallTraining.model(SmallTraining.mlp(0));
                Run run = Run.of(model, RunSettings.none(), new Recording("A", new ArrayList<>()))) {
            run.note("slow");
            assertThat(run.log()).containsExactly("slow");
            assertThat(run.hooks()).hasSize(1);
            assertThat(run.recipe()).hasToString("A");
            assertThat(run.device()).isEqualTo(Device.cpu());
        }
    }
}
