package org.vivace.methods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.vivace.methods.FirstConvolution.INPUT;
import static org.vivace.methods.FirstConvolution.KERNEL;
import static org.vivace.methods.FirstConvolution.first;
import static org.vivace.methods.FirstConvolution.images;
import static org.vivace.methods.FirstConvolution.net;
import static org.vivace.methods.FirstConvolution.step;
import static org.vivace.methods.FirstConvolution.trainer;
import static org.vivace.methods.FirstConvolution.weight;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.training.ParameterStore;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.vivace.contract.SmallTraining;
import org.vivace.contract.Weights;
import org.vivace.torch.Patches;
import org.vivace.train.EfficientTrainer;
import org.vivace.train.RunSettings;

class PatchWhiteningTest {

    @AutoClose
    private final NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");

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
        try (Model model = SmallTraining.model(net());
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
            assertThat(Weights.farthest(found.toFloatArray(), expected.toFloatArray()))
                    .isLessThan(1e-4);
        }
    }

    /** With coordinates M, kernels K = M·E and the gradient G of K, a step makes M − rate·G·Eᵀ of M. */
    @Test
    void aStepMovesTheCoordinatesByTheGradientInThem() {
        NDArray start;
        float[] coordinates;
        try (Model model = SmallTraining.model(net());
                EfficientTrainer trainer = trainer(model, new PatchWhitening())) {
            start = copy(weight(model).getArray());
            step(trainer, 1);
            coordinates = copy(weight(model).getArray()).toFloatArray();
        }
        NDArray filters = PatchWhitening.filters(images(manager).data().head(), KERNEL, 0.01);
        NDArray kernels = Patches.combine(start, filters);
        NDArray moved;
        try (Model model = SmallTraining.model(net());
                EfficientTrainer trainer = trainer(model)) {
            kernels.copyTo(weight(model).getArray());
            step(trainer, 1);
            moved = copy(weight(model).getArray());
        }
        NDArray change =
                moved.sub(kernels).reshape(2, 27).matMul(filters.transpose()).reshape(2, 3, 3, 3);
        assertThat(Weights.farthest(coordinates, start.add(change).toFloatArray()))
                .isLessThan(1e-4);
        assertThat(Weights.farthest(coordinates, start.toFloatArray())).isGreaterThan(1e-3);
    }

    @Test
    void refusesWhatItCannotWhiten() {
        try (Model model = SmallTraining.model(net());
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
        try (Model model = SmallTraining.model(block)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> trainer(model, new PatchWhitening()))
                    .withMessage(looked + ": drop the method, or make the run lenient to go on without it");
            RunSettings lenient = RunSettings.none().lenient();
            try (EfficientTrainer trainer = new EfficientTrainer(
                    model, SmallTraining.config(SmallTraining.sgd()), lenient, new PatchWhitening())) {
                trainer.initialize(INPUT);
                trainer.newGradientCollector().close();
                assertThat(trainer.run().log()).containsExactly(looked + "; the run goes on without it");
            }
        }
    }

    private NDArray copy(NDArray array) {
        NDArray copy = array.duplicate();
        copy.attach(manager);
        return copy;
    }
}
