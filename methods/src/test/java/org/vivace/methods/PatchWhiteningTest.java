package org.vivace.methods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.vivace.models.ResNet9;
import org.vivace.torch.Patches;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.EfficientTrainer;
import org.vivace.train.RunSettings;
import org.vivace.train.Sample;

class PatchWhiteningTest {

    private static final Shape INPUT = new Shape(4, 3, 8, 8);
    private static final Shape KERNEL = new Shape(3, 3);

    private NDManager manager;

    @BeforeEach
    void open() {
        manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
    }

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void filteredPatchesAreUncorrelatedAndAlike() {
        NDArray images = images(manager).data().head();
        NDArray filters = PatchWhitening.filters(images, KERNEL, 1e-4);
        NDArray kernels = filters.reshape(27, 3, 3, 3);
        NDArray filtered = Conv2d.conv2d(images, kernels, null, new Shape(1, 1), new Shape(0, 0))
                .singletonOrThrow();
        float[] covariance =
                Patches.covariance(filtered, new Shape(1, 1), new Shape(1, 1)).toFloatArray();
        for (int i = 0; i < covariance.length; i++) {
            int row = i / 27;
            if (row == i % 27) {
                assertThat(covariance[i]).isBetween(0f, 1.001f);
            } else {
                assertThat(Math.abs(covariance[i])).isLessThan(1e-3f);
            }
        }
        assertThat(covariance[27 * 27 - 1]).isGreaterThan(0.99f); // the direction of the largest variance
    }

    /** Page's two convolutions, one after the other, have the output of the one that takes their place. */
    @Test
    void isAFrozenConvolutionAndATrainedOneOfSingleValues() {
        try (Model model = TestRuns.model(net());
                EfficientTrainer trainer = trainer(model, new PatchWhitening())) {
            step(trainer, 1);
            NDArray images = images(manager).data().head();
            NDArray filters = PatchWhitening.filters(images, KERNEL, 0.01);
            NDArray coordinates = weight(model).getArray().duplicate();
            coordinates.attach(manager);
            NDArray frozen = Conv2d.conv2d(images, filters.reshape(27, 3, 3, 3), null, new Shape(1, 1), new Shape(1, 1))
                    .singletonOrThrow();
            NDArray expected = Conv2d.conv2d(
                            frozen, coordinates.reshape(coordinates.getShape().get(0), 27, 1, 1))
                    .singletonOrThrow();
            Block first = first(model);
            NDArray found = first.forward(new ParameterStore(manager, false), new NDList(images), false)
                    .singletonOrThrow();
            assertThat(TestRuns.farthest(found.toFloatArray(), expected.toFloatArray()))
                    .isLessThan(1e-4);
        }
    }

    /** With coordinates M, kernels K = M·E and the gradient G of K, a step makes M − rate·G·Eᵀ of M. */
    @Test
    void aStepMovesTheCoordinatesByTheGradientInThem() {
        NDArray start;
        float[] coordinates;
        try (Model model = TestRuns.model(net());
                EfficientTrainer trainer = trainer(model, new PatchWhitening())) {
            start = copy(weight(model).getArray());
            step(trainer, 1);
            coordinates = copy(weight(model).getArray()).toFloatArray();
        }
        NDArray filters = PatchWhitening.filters(images(manager).data().head(), KERNEL, 0.01);
        NDArray kernels = Patches.combine(start, filters);
        NDArray moved;
        try (Model model = TestRuns.model(net());
                EfficientTrainer trainer = trainer(model)) {
            kernels.copyTo(weight(model).getArray());
            step(trainer, 1);
            moved = copy(weight(model).getArray());
        }
        NDArray change =
                moved.sub(kernels).reshape(2, 27).matMul(filters.transpose()).reshape(2, 3, 3, 3);
        assertThat(TestRuns.farthest(coordinates, start.add(change).toFloatArray()))
                .isLessThan(1e-4);
        assertThat(TestRuns.farthest(coordinates, start.toFloatArray())).isGreaterThan(1e-3);
    }

    @Test
    void theModelIsThePlainOneAfterTheRun() throws IOException {
        try (Model model = TestRuns.model(net())) {
            Block block = model.getBlock();
            Conv2d plain = (Conv2d) first(model);
            float[] during;
            byte[] savedDuring;
            try (EfficientTrainer trainer = trainer(model, new PatchWhitening())) {
                assertThat(first(model)).isNotSameAs(plain);
                step(trainer, 2);
                during = outputs(block);
                float[] coordinates = weight(model).getArray().toFloatArray();
                savedDuring = saved(block);
                assertThat(weight(model).getArray().toFloatArray()).isEqualTo(coordinates);
            }
            assertThat(first(model)).isSameAs(plain);
            assertThat(TestRuns.farthest(outputs(block), during)).isLessThan(1e-4);
            assertThat(savedDuring).isEqualTo(saved(block));
        }
    }

    @Test
    void loadsKernelsInTheMiddleOfARun() throws Exception {
        byte[] saved;
        float[] expected;
        try (Model model = TestRuns.model(net())) {
            model.getBlock().initialize(model.getNDManager(), DataType.FLOAT32, INPUT);
            saved = saved(model.getBlock());
            expected = outputs(model.getBlock());
        }
        try (Model model = TestRuns.model(net());
                EfficientTrainer trainer = trainer(model, new PatchWhitening())) {
            step(trainer, 1);
            model.getBlock().loadParameters(model.getNDManager(), new DataInputStream(new ByteArrayInputStream(saved)));
            assertThat(TestRuns.farthest(outputs(model.getBlock()), expected)).isLessThan(1e-4);
        }
    }

    @Test
    void aModelWithWeightsKeepsItsKernels() {
        try (Model model = TestRuns.model(net())) {
            Block block = model.getBlock();
            block.initialize(model.getNDManager(), DataType.FLOAT32, INPUT);
            float[] before = outputs(block);
            float[] kernels = weight(model).getArray().toFloatArray();
            try (EfficientTrainer trainer = trainer(model, new PatchWhitening())) {
                trainer.newGradientCollector().close(); // the run starts
                block.forward(
                        new ParameterStore(manager, false), images(manager).data(), true);
                assertThat(TestRuns.farthest(weight(model).getArray().toFloatArray(), kernels))
                        .isGreaterThan(0.1);
                assertThat(TestRuns.farthest(outputs(block), before)).isLessThan(1e-4);
            }
            assertThat(TestRuns.farthest(weight(model).getArray().toFloatArray(), kernels))
                    .isLessThan(1e-5);
        }
    }

    @Test
    void anEvaluationBeforeTheFirstStepSeesThePlainModel() {
        try (Model model = TestRuns.model(net());
                EfficientTrainer trainer = trainer(model, new PatchWhitening())) {
            NDArray found = first(model)
                    .forward(new ParameterStore(manager, false), images(manager).data(), false)
                    .singletonOrThrow();
            NDArray weight = copy(weight(model).getArray());
            NDArray expected = Conv2d.conv2d(
                            images(manager).data().head(), weight, null, new Shape(1, 1), new Shape(1, 1))
                    .singletonOrThrow();
            assertThat(TestRuns.farthest(found.toFloatArray(), expected.toFloatArray()))
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
        TestRuns.Outcome both = TestRuns.train(block, PatchWhiteningTest::large, methods);
        assertThat(both.weights()).doesNotContain(Float.NaN);
        assertThat(both.arraysLeft()).isZero();
        TestRuns.Outcome again =
                TestRuns.train(new ResNet9(new ResNet9.Settings(4, 3, 3)), PatchWhiteningTest::large, methods);
        assertThat(again.weights()).isEqualTo(both.weights());
    }

    @Test
    void refusesWhatItCannotWhiten() {
        try (Model model = TestRuns.model(net());
                EfficientTrainer trainer = trainer(model, new PatchWhitening())) {
            trainer.newGradientCollector().close();
            NDList grey = new NDList(manager.ones(INPUT));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> model.getBlock().forward(new ParameterStore(manager, false), grey, true))
                    .withMessage(
                            "PatchWhitening: expected images whose patches vary, got a covariance of norm 0.0: look"
                                    + " at the data, or drop the method");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PatchWhitening(0))
                .withMessage("PatchWhitening: expected eps > 0, got 0.0");
        assertThat(new PatchWhitening()).isEqualTo(new PatchWhitening(0.01));
    }

    @Test
    void refusesAModelWithoutAConvolutionOfOneGroup() {
        Conv2d grouped = Conv2d.builder()
                .setFilters(3)
                .setKernelShape(KERNEL)
                .optGroups(3)
                .build();
        SequentialBlock block = new SequentialBlock().add(grouped);
        String looked =
                "PatchWhitening looked for a 2-d convolution in one group (ai.djl.nn.convolutional.Conv2d) below"
                        + " the root in the model and found only 1 Conv2d";
        try (Model model = TestRuns.model(block)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> trainer(model, new PatchWhitening()))
                    .withMessage(looked + ": drop the method, or make the run lenient to go on without it");
            RunSettings lenient = RunSettings.none().lenient();
            try (EfficientTrainer trainer =
                    new EfficientTrainer(model, TestRuns.config(TestRuns.sgd(0)), lenient, new PatchWhitening())) {
                trainer.initialize(INPUT);
                trainer.newGradientCollector().close();
                assertThat(trainer.run().log()).containsExactly(looked + "; the run goes on without it");
            }
        }
    }

    private static Block net() {
        return new SequentialBlock()
                .add(Conv2d.builder()
                        .setFilters(2)
                        .setKernelShape(KERNEL)
                        .optPadding(new Shape(1, 1))
                        .optBias(false)
                        .build())
                .add(Blocks.batchFlattenBlock())
                .add(Linear.builder().setUnits(3).build());
    }

    private static EfficientTrainer trainer(Model model, EfficiencyMethod... methods) {
        RunSettings settings = RunSettings.none().seed(7).steps(4);
        EfficientTrainer trainer = new EfficientTrainer(model, TestRuns.config(TestRuns.sgd(0)), settings, methods);
        trainer.initialize(INPUT);
        return trainer;
    }

    private static void step(EfficientTrainer trainer, int steps) {
        for (int i = 0; i < steps; i++) {
            try (NDManager batch = trainer.getManager().newSubManager()) {
                Sample sample = images(batch);
                try (GradientCollector collector = trainer.newGradientCollector()) {
                    NDList predictions = trainer.forward(sample.data(), sample.labels());
                    collector.backward(trainer.getLoss().evaluate(sample.labels(), predictions));
                }
                trainer.step();
            }
        }
    }

    /** Smooth in both directions, as pictures are. */
    private static Sample images(NDManager owner) {
        return images(owner, 8);
    }

    private static Sample large(NDManager owner) {
        return images(owner, 16);
    }

    private static Sample images(NDManager owner, int side) {
        NDArray values = owner.arange(4f * 3 * side * side).mul(0.37f).sin().reshape(4, 3, side, side);
        return new Sample(
                new NDList(values.add(values.cumSum(3).mul(0.3f))), new NDList(owner.create(new long[] {0, 1, 2, 1})));
    }

    private float[] outputs(Block block) {
        return block.forward(new ParameterStore(manager, false), images(manager).data(), false)
                .singletonOrThrow()
                .toFloatArray();
    }

    private static byte[] saved(Block block) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        block.saveParameters(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    private static Block first(Model model) {
        return model.getBlock().getChildren().valueAt(0);
    }

    private static Parameter weight(Model model) {
        return first(model).getParameters().valueAt(0);
    }

    private NDArray copy(NDArray array) {
        NDArray copy = array.duplicate();
        copy.attach(manager);
        return copy;
    }
}
