package org.vivace.methods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vivace.methods.FirstConvolution.INPUT;
import static org.vivace.methods.FirstConvolution.first;
import static org.vivace.methods.FirstConvolution.images;
import static org.vivace.methods.FirstConvolution.net;
import static org.vivace.methods.FirstConvolution.step;
import static org.vivace.methods.FirstConvolution.trainer;
import static org.vivace.methods.FirstConvolution.weight;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.training.ParameterStore;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.vivace.contract.SmallTraining;
import org.vivace.contract.Weights;
import org.vivace.models.ResNet9;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.EfficientTrainer;

/** The model of a run with whitened patches: what it is before, during and after. */
class PatchWhiteningRunTest {

    @AutoClose
    private final NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");

    @Test
    void theModelIsThePlainOneAfterTheRun() throws IOException {
        try (Model model = SmallTraining.model(net())) {
            Block block = model.getBlock();
            Conv2d plain = (Conv2d) first(model);
            float[] during;
            byte[] savedDuring;
            try (EfficientTrainer trainer = trainer(model, new PatchWhitening())) {
                assertThat(first(model)).isNotSameAs(plain);
                step(trainer, 2);
                during = outputs(block);
                float[] coordinates = weight(model).getArray().toFloatArray();
                savedDuring = SmallTraining.saved(block);
                assertThat(weight(model).getArray().toFloatArray()).isEqualTo(coordinates);
            }
            assertThat(first(model)).isSameAs(plain);
            assertThat(Weights.farthest(outputs(block), during)).isLessThan(1e-4);
            assertThat(savedDuring).isEqualTo(SmallTraining.saved(block));
        }
    }

    @Test
    void loadsKernelsInTheMiddleOfARun() throws Exception {
        byte[] saved;
        float[] expected;
        try (Model model = SmallTraining.model(net())) {
            model.getBlock().initialize(model.getNDManager(), DataType.FLOAT32, INPUT);
            saved = SmallTraining.saved(model.getBlock());
            expected = outputs(model.getBlock());
        }
        try (Model model = SmallTraining.model(net());
                EfficientTrainer trainer = trainer(model, new PatchWhitening())) {
            step(trainer, 1);
            model.getBlock().loadParameters(model.getNDManager(), new DataInputStream(new ByteArrayInputStream(saved)));
            assertThat(Weights.farthest(outputs(model.getBlock()), expected)).isLessThan(1e-4);
        }
    }

    @Test
    void aModelWithWeightsKeepsItsKernels() {
        try (Model model = SmallTraining.model(net())) {
            Block block = model.getBlock();
            block.initialize(model.getNDManager(), DataType.FLOAT32, INPUT);
            float[] before = outputs(block);
            float[] kernels = weight(model).getArray().toFloatArray();
            try (EfficientTrainer trainer = trainer(model, new PatchWhitening())) {
                trainer.newGradientCollector().close(); // the run starts
                block.forward(
                        new ParameterStore(manager, false), images(manager).data(), true);
                assertThat(Weights.farthest(weight(model).getArray().toFloatArray(), kernels))
                        .isGreaterThan(0.1);
                assertThat(Weights.farthest(outputs(block), before)).isLessThan(1e-4);
            }
            assertThat(Weights.farthest(weight(model).getArray().toFloatArray(), kernels))
                    .isLessThan(1e-5);
        }
    }

    @Test
    void anEvaluationBeforeTheFirstStepSeesThePlainModel() {
        try (Model model = SmallTraining.model(net());
                EfficientTrainer trainer = trainer(model, new PatchWhitening())) {
            NDArray found = first(model)
                    .forward(new ParameterStore(manager, false), images(manager).data(), false)
                    .singletonOrThrow();
            NDArray weight = copy(weight(model).getArray());
            NDArray expected = Conv2d.conv2d(
                            images(manager).data().head(), weight, null, new Shape(1, 1), new Shape(1, 1))
                    .singletonOrThrow();
            assertThat(Weights.farthest(found.toFloatArray(), expected.toFloatArray()))
                    .isLessThan(1e-5);
        }
    }

    @Test
    void goesWithTheOtherMethodsOfImagesAndLeavesNothing() {
        EfficiencyMethod[] methods = {
            new PatchWhitening(),
            MixedPrecision.bf16(),
            new ChannelsLast(),
            new ActivationCheckpointing(),
            new ProgressiveResizing(0.5, 0.3, 0.2),
            new FusedSgd()
        };
        Block block = new ResNet9(new ResNet9.Settings(4, 3, 3));
        SmallTraining.Result both = SmallTraining.train(block, FirstConvolution::large, methods);
        assertThat(both.weights()).doesNotContain(Float.NaN);
        assertThat(both.arraysLeft()).isZero();
        SmallTraining.Result again =
                SmallTraining.train(new ResNet9(new ResNet9.Settings(4, 3, 3)), FirstConvolution::large, methods);
        assertThat(again.weights()).isEqualTo(both.weights());
    }

    private float[] outputs(Block block) {
        return block.forward(new ParameterStore(manager, false), images(manager).data(), false)
                .singletonOrThrow()
                .toFloatArray();
    }

    private NDArray copy(NDArray array) {
        NDArray copy = array.duplicate();
        copy.attach(manager);
        return copy;
    }
}
