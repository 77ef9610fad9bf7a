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
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.training.ParameterStore;
import ai.djl.training.loss.Loss;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.vivace.contract.SmallTraining;
import org.vivace.contract.Weights;
import org.vivace.models.ResNet9;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.Run;
import org.vivace.train.RunSettings;
import org.vivace.train.Sample;

class IdentityStartTest {

    @AutoClose
    private final NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");

    @Test
    void firstFiltersAreOneAtTheMiddleOfTheirChannel() {
        NDArray weight =
                manager.arange(1, 1 + 3 * 2 * 2 * 3, 1, DataType.FLOAT32).reshape(3, 2, 2, 3);
        NDArray identity = IdentityStart.identity(weight);
        assertThat(identity.getShape()).isEqualTo(weight.getShape());
        assertThat(identity.getManager()).isSameAs(manager);
        float[] expected = {
            0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, // channel 0 of filter 0, row 1, column 1
            0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0,
            25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36
        };
        assertThat(identity.toFloatArray()).containsExactly(expected);
        assertThat(IdentityStart.identity(manager.ones(new Shape(1, 2, 1, 1))).toFloatArray())
                .containsExactly(1, 0);
    }

    @Test
    void convolutionsAfterTheFirstHandTheirInputOn() {
        try (Model model = SmallTraining.model(chain());
                Run run = started(model)) {
            Block second = model.getBlock().getChildren().valueAt(1);
            NDArray x = manager.randomNormal(new Shape(2, 2, 5, 5));
            NDArray y = second.forward(new ParameterStore(manager, false), new NDList(x), false)
                    .singletonOrThrow();
            assertThat(y.get(":, :2").toFloatArray()).isEqualTo(x.toFloatArray());
            assertThat(Weights.farthest(y.get(":, 2").toFloatArray(), new float[50]))
                    .isGreaterThan(0.1);
            float[] first = weights(model, 0);
            assertThat(first).doesNotContain(0, 1);
            assertThat(run.log()).isEmpty();
        }
    }

    @Test
    void weightsThatExistStay() {
        try (Model model = SmallTraining.model(chain())) {
            model.getBlock().initialize(model.getNDManager(), DataType.FLOAT32, new Shape(1, 3, 5, 5));
            float[] before = weights(model, 1);
            try (Run run = started(model)) {
                assertThat(weights(model, 1)).isEqualTo(before);
                assertThat(run.log())
                        .containsExactly("IdentityStart: the convolutions have weights already, or are in groups, and"
                                + " stay as they are");
            }
        }
    }

    @Test
    void trainsWithTheOtherMethodsOfImages() {
        EfficiencyMethod[] methods = {
            new IdentityStart(), new PatchWhitening(), MixedPrecision.bf16(), new ChannelsLast()
        };
        SmallTraining.Result outcome =
                SmallTraining.train(new ResNet9(new ResNet9.Settings(2, 3, 3)), IdentityStartTest::images, methods);
        assertThat(outcome.weights()).doesNotContain(Float.NaN);
        assertThat(outcome.arraysLeft()).isZero();
    }

    @Test
    void errorsSayWhatWasExpected() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> IdentityStart.identity(manager.ones(new Shape(2, 3))))
                .withMessage("IdentityStart: expected a weight of shape (filters, channels, height, width), got (2, 3):"
                        + " give it a 2-d convolution's");
        String looked = "IdentityStart looked for 2-d convolutions (ai.djl.nn.convolutional.Conv2d) after the first one"
                + " in the model and found only 1 Conv2d";
        try (Model model = SmallTraining.model(new SequentialBlock().add(conv(2)))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Run.of(model, RunSettings.none(), new IdentityStart()))
                    .withMessage(looked + ": drop the method, or make the run lenient to go on without it");
            try (Run run = Run.of(model, RunSettings.none().lenient(), new IdentityStart())) {
                assertThat(run.log()).containsExactly(looked + "; the run goes on without it");
            }
        }
    }

    private static Run started(Model model) {
        Run run = Run.of(model, RunSettings.none(), new IdentityStart());
        if (!model.getBlock().isInitialized()) {
            model.getBlock().initialize(model.getNDManager(), DataType.FLOAT32, new Shape(1, 3, 5, 5));
        }
        ParameterStore store = new ParameterStore(model.getNDManager(), false);
        try (NDManager batch = model.getNDManager().newSubManager()) {
            Sample sample = new Sample(new NDList(batch.ones(new Shape(1, 3, 5, 5))), new NDList());
            run.step(sample, data -> model.getBlock().forward(store, data, true), new GivenSum(), () -> {});
        }
        return run;
    }

    private static float[] weights(Model model, int child) {
        return model.getBlock()
                .getChildren()
                .valueAt(child)
                .getParameters()
                .valueAt(0)
                .getArray()
                .toFloatArray();
    }

    private static Block chain() {
        return new SequentialBlock().add(conv(2)).add(conv(3));
    }

    private static Conv2d conv(int filters) {
        return Conv2d.builder()
                .setFilters(filters)
                .setKernelShape(new Shape(3, 3))
                .optPadding(new Shape(1, 1))
                .optBias(false)
                .build();
    }

    private static Sample images(NDManager owner) {
        NDArray values = owner.arange(4f * 3 * 8 * 8).mul(0.37f).sin().reshape(4, 3, 8, 8);
        return new Sample(new NDList(values), new NDList(owner.create(new long[] {0, 1, 2, 1})));
    }

    /** The sum of the predictions. */
    private static final class GivenSum extends Loss {

        GivenSum() {
            super("sum");
        }

        @Override
        public NDArray evaluate(NDList labels, NDList predictions) {
            return predictions.singletonOrThrow().sum();
        }
    }
}
