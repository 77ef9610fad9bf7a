package org.vivace.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.training.Trainer;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import org.junit.jupiter.api.Test;

class ResNet9Test extends ModelTest {

    private static final ResNet9.Settings SMALL = new ResNet9.Settings(4, 5, 3);

    @Test
    void anyImageSizeGivesOneLogitPerClass() {
        ResNet9 net = initialized(SMALL);
        ParameterStore store = new ParameterStore(manager, false);
        for (Shape image : new Shape[] {new Shape(2, 3, 32, 32), new Shape(1, 3, 16, 16), new Shape(3, 3, 41, 28)}) {
            NDArray logits =
                    net.forward(store, new NDList(manager.ones(image)), false).singletonOrThrow();
            assertThat(logits.getShape()).isEqualTo(new Shape(image.get(0), 5));
            assertThat(net.getOutputShapes(new Shape[] {image})).containsExactly(logits.getShape());
        }
    }

    @Test
    void parameterCountFollowsTheFormula() {
        for (ResNet9.Settings settings : new ResNet9.Settings[] {SMALL, new ResNet9.Settings(3, 7, 1)}) {
            assertThat(settings.parameterCount()).isEqualTo(trainedValues(initialized(settings)));
        }
        assertThat(new ResNet9.Settings().parameterCount()).isEqualTo(6_573_120);
    }

    @Test
    void logitsAreAnEighthOfTheClassifiersOutput() {
        ResNet9 net = initialized(SMALL);
        ParameterStore store = new ParameterStore(manager, false);
        NDList images = new NDList(manager.randomNormal(new Shape(2, 3, 16, 16)));
        float[] logits = net.forward(store, images, false).singletonOrThrow().toFloatArray();
        net.removeLastBlock();
        float[] classifier =
                net.forward(store, images, false).singletonOrThrow().toFloatArray();
        for (int i = 0; i < logits.length; i++) {
            assertThat(logits[i]).isEqualTo(classifier[i] * 0.125f);
        }
    }

    @Test
    void learnsOneBatchAndLeavesNoArrayBehind() {
        try (Model model = Model.newInstance("resnet9")) {
            model.setBlock(new ResNet9(SMALL));
            var config = new DefaultTrainingConfig(new TokenLoss())
                    .optOptimizer(Optimizer.sgd()
                            .setLearningRateTracker(Tracker.fixed(0.05f))
                            .optMomentum(0.9f)
                            .build());
            try (Trainer trainer = model.newTrainer(config)) {
                trainer.initialize(new Shape(10, 3, 16, 16));
                NDArray images = trainer.getManager().randomNormal(new Shape(10, 3, 16, 16));
                NDArray labels = trainer.getManager().arange(10).mod(5);
                float first = step(trainer, images, labels);
                int held = model.getNDManager().getManagedArrays().size();
                float last = first;
                for (int i = 0; i < 30; i++) {
                    last = step(trainer, images, labels);
                }
                assertThat(last).isLessThan(first / 2);
                assertThat(model.getNDManager().getManagedArrays()).hasSize(held);
            }
        }
    }

    private static float step(Trainer trainer, NDArray images, NDArray labels) {
        float value;
        try (NDManager batch = trainer.getManager().newSubManager()) {
            batch.tempAttachAll(images, labels);
            try (GradientCollector collector = trainer.newGradientCollector()) {
                NDArray loss = trainer.getLoss().evaluate(new NDList(labels), trainer.forward(new NDList(images)));
                collector.backward(loss);
                value = loss.getFloat();
            }
            trainer.step();
        }
        return value;
    }

    @Test
    void refusesWhatItCannotTake() {
        String rest = ": resize or transpose them";
        for (Shape shape : new Shape[] {new Shape(2, 32, 32, 3), new Shape(2, 3, 7, 32), new Shape(3, 32, 32)}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new ResNet9(SMALL).initialize(manager, DataType.FLOAT32, shape))
                    .withMessage("images must have shape (batch, 3, height, width) with sides of at least 8, got "
                            + shape + rest);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ResNet9.Settings(64, 0, 3))
                .withMessage("classes must be at least 1, got 0: give a positive size");
    }

    private ResNet9 initialized(ResNet9.Settings settings) {
        ResNet9 net = new ResNet9(settings);
        net.initialize(manager, DataType.FLOAT32, new Shape(1, settings.inputChannels(), 32, 32));
        return net;
    }
}
