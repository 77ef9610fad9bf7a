package org.vivace.methods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.training.Trainer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.vivace.contract.SmallTraining;
import org.vivace.contract.Weights;
import org.vivace.models.TokenLoss;
import org.vivace.torch.Autograd;
import org.vivace.torch.CheckpointTape;
import org.vivace.torch.GradMode;
import org.vivace.train.EfficientTrainer;
import org.vivace.train.Hook;
import org.vivace.train.Recipe;
import org.vivace.train.Run;
import org.vivace.train.RunSettings;
import org.vivace.train.Sample;

class ActivationCheckpointingTest {

    @Test
    void dropoutFallsAnewInEachMicroBatch() throws Exception {
        List<Float> losses = new ArrayList<>();
        for (int parts : new int[] {1, 2}) {
            try (Model model = SmallTraining.model(SmallTraining.gpt(0.5));
                    EfficientTrainer trainer = new EfficientTrainer(
                            model,
                            SmallTraining.config(SmallTraining.sgd()),
                            RunSettings.none().seed(3),
                            new ActivationCheckpointing())) {
                trainer.initialize(new Shape(4, 16));
                for (int part = 0; part < parts; part++) {
                    try (NDManager batch = model.getNDManager().newSubManager();
                            GradientCollector collector = trainer.newGradientCollector()) {
                        Sample sample = SmallTraining.tokens(batch);
                        NDList predictions = trainer.forward(sample.data(), sample.labels());
                        NDArray loss = trainer.getLoss().evaluate(sample.labels(), predictions);
                        collector.backward(loss);
                        losses.add(loss.getFloat());
                    }
                }
            }
        }
        assertThat(losses.get(1)).isEqualTo(losses.get(0));
        assertThat(losses.get(2)).isNotEqualTo(losses.get(0));
    }

    private static EfficientTrainer checkpointing(Model model) {
        EfficientTrainer trainer =
                new EfficientTrainer(model, SmallTraining.config(SmallTraining.sgd()), new ActivationCheckpointing());
        trainer.initialize(new Shape(4, 16));
        return trainer;
    }

    @Test
    void evaluationIsAsItWas() {
        try (Model model = SmallTraining.model(SmallTraining.gpt(0.3));
                EfficientTrainer trainer = checkpointing(model)) {
            try (NDManager batch = model.getNDManager().newSubManager();
                    GradMode off = GradMode.off()) {
                Sample sample = SmallTraining.tokens(batch);
                float[] with = trainer.evaluate(sample.data()).head().toFloatArray();
                trainer.run().close();
                float[] without = trainer.evaluate(sample.data()).head().toFloatArray();
                assertThat(Weights.farthest(with, without)).isZero();
            }
        }
    }

    @Test
    void aForwardPassWithoutABackwardLeavesNothing() {
        try (Model model = SmallTraining.model(SmallTraining.gpt(0));
                EfficientTrainer trainer = checkpointing(model)) {
            int before = model.getNDManager().getManagedArrays().size();
            for (int i = 0; i < 5; i++) {
                try (NDManager batch = model.getNDManager().newSubManager();
                        GradientCollector collector = trainer.newGradientCollector()) {
                    Sample sample = SmallTraining.tokens(batch);
                    trainer.forward(sample.data(), sample.labels());
                }
            }
            assertThat(model.getNDManager().getManagedArrays().size()).isEqualTo(before);
            SmallTraining.Result after =
                    SmallTraining.train(SmallTraining.gpt(0), SmallTraining::tokens, new ActivationCheckpointing());
            assertThat(after.arraysLeft()).isZero();
        }
    }

    @Test
    void theCheckpointedBlockIsOtherwiseTheBlock() {
        Block block = new SequentialBlock().add(Linear.builder().setUnits(5).build());
        Block checkpointed = ActivationCheckpointing.checkpointed(block, new CheckpointTape(), () -> 1);

        assertThat(checkpointed.getChildren().keys())
                .isEqualTo(block.getChildren().keys());
        assertThat(checkpointed.toString()).isEqualTo(block.toString());
        Block failing = new LambdaBlock(list -> {
            throw new IllegalArgumentException("context must be at most 8, got 16");
        });
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            for (boolean training : new boolean[] {true, false}) {
                assertThatIllegalArgumentException()
                        .as("an error inside comes out as it is")
                        .isThrownBy(() -> ActivationCheckpointing.checkpointed(failing, new CheckpointTape(), () -> 1)
                                .forward(
                                        new ParameterStore(manager, false),
                                        new NDList(manager.ones(new Shape(2))),
                                        training))
                        .withMessage("context must be at most 8, got 16");
            }
        }
    }

    @Test
    void theKernelLeavesTheGradientsToItsTape() {
        Block block = Linear.builder().setUnits(1).optBias(false).build();
        CheckpointTape tape = new CheckpointTape();
        Random random = new Random(1);
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                GradMode recorded = GradMode.on()) {
            block.initialize(manager, DataType.FLOAT32, new Shape(2, 3));
            ParameterStore store = new ParameterStore(manager, false);
            NDList input = new NDList(manager.arange(6f).reshape(2, 3));
            Block checkpointed = ActivationCheckpointing.checkpointed(block, tape, random::nextLong);
            NDList output = checkpointed.forward(store, input, true);
            Autograd.backward(output.head().sum(), false);

            NDArray weight = block.getParameters().get("weight").getArray();
            assertThat(weight.getGradient().toFloatArray()).containsExactly(3, 5, 7);
        }
    }

    @Test
    void comesLastAtTheModelSoThatOthersAreInside() {
        Recipe recipe = Recipe.of(new ActivationCheckpointing(), MixedPrecision.bf16(), new FusedAttention());

        assertThat(recipe.at(Hook.MODEL).get(2)).isInstanceOf(ActivationCheckpointing.class);
    }

    @Test
    void saysWhatItLookedForWhereAModelHasNoSuchBlocks() {
        try (Model model = SmallTraining.model(Linear.builder().setUnits(2).build())) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Run.of(model, RunSettings.none(), new ActivationCheckpointing()))
                    .withMessage(
                            "ActivationCheckpointing looked for blocks to checkpoint in the model and found no blocks"
                                    + " below the root: drop the method, or make the run lenient to go on without it");
        }
    }

    @Test
    void refusesSettingsOutOfRange() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ActivationCheckpointing.every(0))
                .withMessage("ActivationCheckpointing: expected every >= 1, got 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ActivationCheckpointing.named("("))
                .withMessage("ActivationCheckpointing: expected a regular expression for the blocks' paths, got (");
    }

    @Test
    void showsItsSettings() {
        assertThat(new ActivationCheckpointing().label()).isEqualTo("ActivationCheckpointing");
        assertThat(ActivationCheckpointing.every(3).label()).isEqualTo("ActivationCheckpointing(every 3)");
        assertThat(ActivationCheckpointing.named("Layer").label()).isEqualTo("ActivationCheckpointing(Layer)");
    }

    @Test
    void worksUnderDjlsOwnTrainerInAnotherLoop() {
        // Trainer.forward(data) hands a flag to the block, Trainer.forward(data, labels) its labels.
        try (Model model = SmallTraining.model(SmallTraining.gpt(0));
                Run run = Run.of(model, RunSettings.none(), new ActivationCheckpointing());
                Trainer trainer = model.newTrainer(SmallTraining.config(SmallTraining.sgd()))) {
            trainer.initialize(new Shape(4, 16));
            try (NDManager batch = model.getNDManager().newSubManager()) {
                Sample sample = SmallTraining.tokens(batch);
                float flag = run.step(sample, trainer::forward, new TokenLoss(), () -> {})
                        .getFloat();
                float labels = run.step(
                                sample, data -> trainer.forward(data, sample.labels()), new TokenLoss(), trainer::step)
                        .getFloat();
                assertThat(labels).isEqualTo(flag);
            }
        }
    }
}
