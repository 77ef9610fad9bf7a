package org.vivace.methods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.loss.Loss;
import java.util.function.Function;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vivace.contract.SmallTraining;
import org.vivace.contract.Weights;
import org.vivace.models.Gpt;
import org.vivace.models.TokenLoss;
import org.vivace.torch.CrossEntropy;
import org.vivace.train.Catalogue;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.Run;
import org.vivace.train.RunSettings;
import org.vivace.train.Sample;
import org.vivace.train.Training;
import org.vivace.train.TrainingRecord;

class LabelSmoothingTest {

    private static final double LN2 = Math.log(2);

    @AutoClose
    private final NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");

    @Test
    void smoothsByHand() {
        // Probabilities 1/4, 1/4, 1/2.
        NDArray logits = manager.create(new float[] {0, 0, (float) LN2}, new Shape(1, 3));
        NDArray label = manager.create(new long[] {2});
        assertThat((double) LabelSmoothing.loss(label, logits, 0.1).getFloat())
                .isCloseTo(0.9 * LN2 + 0.1 * (2 + 2 + 1) * LN2 / 3, within(1e-6));
        assertThat((double) LabelSmoothing.loss(label, logits, 0).getFloat())
                .isCloseTo(TokenLoss.evaluate(label, logits).getFloat(), within(1e-6));
    }

    /** (batch, time, classes) in fp64, against differences of the loss at two points near by. */
    @Test
    void theGradientIsTheLosss() {
        double[] values = manager.arange(2f * 3 * 4)
                .mul(0.7f)
                .sin()
                .toType(DataType.FLOAT64, true)
                .toDoubleArray();
        NDArray logits = manager.create(values, new Shape(2, 3, 4));
        NDArray labels = manager.create(new long[] {0, 3, 1, 2, 2, 0}, new Shape(2, 3));
        logits.setRequiresGradient(true);
        try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
            collector.backward(LabelSmoothing.loss(labels, logits, 0.2));
        }
        double[] gradient = logits.getGradient().toDoubleArray();
        for (int i = 0; i < values.length; i++) {
            double difference = lossAt(values, labels, i, 1e-5) - lossAt(values, labels, i, -1e-5);
            assertThat(gradient[i]).isCloseTo(difference / 2e-5, within(1e-9));
        }
    }

    private double lossAt(double[] values, NDArray labels, int at, double by) {
        double[] moved = values.clone();
        moved[at] += by;
        NDArray logits = manager.create(moved, new Shape(2, 3, 4));
        return LabelSmoothing.loss(labels, logits, 0.2).getDouble();
    }

    @Test
    void refusesSettingsOutOfRange() {
        String expected = "LabelSmoothing: expected a smoothing in (0, 1), got ";
        assertThatThrownBy(() -> new LabelSmoothing(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(expected + "0.0: omit the method for none");
        assertThatThrownBy(() -> new LabelSmoothing(1)).hasMessageStartingWith(expected + "1.0");
        assertThatThrownBy(() -> new LabelSmoothing(Double.NaN)).hasMessageStartingWith(expected + "NaN");
    }

    @Test
    void refusesLabelsThatAreNoClasses() {
        NDArray logits = manager.ones(new Shape(2, 3));
        assertThatThrownBy(() -> LabelSmoothing.loss(manager.create(new long[] {0, 3}), logits, 0.1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("labels must be whole numbers from 0 to 2 (there are 3 classes), got 3: check them against"
                        + " the model");
        assertThatThrownBy(() -> LabelSmoothing.loss(manager.create(new long[] {-100, 2}), logits, 0.1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("got -100");
        assertThatThrownBy(() -> LabelSmoothing.loss(logits, logits, 0.1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("cross-entropy: expected class ids of shape (2) for logits (2, 3), got (2, 3)");
    }

    @Test
    void labelsCanBeReadBack() {
        assertThat(new LabelSmoothing().label()).isEqualTo("LabelSmoothing(0.1)");
        assertThat(Catalogue.parse("LabelSmoothing")).containsExactly(new LabelSmoothing(0.1));
        assertThat(Catalogue.parse("LabelSmoothing(0.2)")).containsExactly(new LabelSmoothing(0.2));
    }

    /** The same weights, bit for bit, as a training whose own loss is the kernel; the loss that is reported is the plain one. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void minimisesTheSmoothedLossAndReportsThePlainOne(boolean mixed) throws Exception {
        EfficiencyMethod[] with = mixed
                ? new EfficiencyMethod[] {MixedPrecision.bf16(), new LabelSmoothing(0.2)}
                : new EfficiencyMethod[] {new LabelSmoothing(0.2)};
        EfficiencyMethod[] without = mixed ? new EfficiencyMethod[] {MixedPrecision.bf16()} : new EfficiencyMethod[] {};
        Outcome method = train(new TokenLoss(), with);
        Outcome byHand = train(loss(labels -> logits -> LabelSmoothing.loss(labels, logits, 0.2)), without);
        Outcome plain = train(new TokenLoss(), without);
        assertThat(method.weights).isEqualTo(byHand.weights).isNotEqualTo(plain.weights);
        assertThat(method.record.curve().get(0).loss())
                .isEqualTo(plain.record.curve().get(0).loss())
                .isNotCloseTo(byHand.record.curve().get(0).loss(), within(1e-4));
        assertThat(method.record.curve().get(3).loss())
                .isNotEqualTo(plain.record.curve().get(3).loss());
    }

    private record Outcome(float[] weights, TrainingRecord record) {}

    private static Outcome train(Loss loss, EfficiencyMethod... methods) throws Exception {
        try (Model model = SmallTraining.model(SmallTraining.gpt(0.1))) {
            Sample sample = SmallTraining.tokens(model.getNDManager());
            ArrayDataset data = new ArrayDataset.Builder()
                    .setData(sample.data().head())
                    .optLabels(sample.labels().head())
                    .setSampling(4, false)
                    .build();
            TrainingRecord record = Training.of(model)
                    .input(new Shape(4, 16))
                    .loss(loss)
                    .learningRate(0.05)
                    .seed(3)
                    .steps(4)
                    .with(methods)
                    .fit(data);
            return new Outcome(Weights.of(model).values(), record);
        }
    }

    private static Loss loss(Function<NDArray, Function<NDArray, NDArray>> kernel) {
        return new Loss("by hand") {
            @Override
            public NDArray evaluate(NDList labels, NDList predictions) {
                return kernel.apply(labels.singletonOrThrow()).apply(predictions.singletonOrThrow());
            }
        };
    }

    /** The weights after the step before stay, whenever a term comes to the loss. */
    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void refusesATermThatIsAddedToTheLossAtAnyStep(int at) {
        int[] evaluations = {0};
        Loss later = loss(labels -> logits -> {
            NDArray plain = TokenLoss.evaluate(labels, logits);
            return evaluations[0]++ < at ? plain : plain.add(logits.square().mean());
        });
        assertThatThrownBy(() -> train(later, new LabelSmoothing()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching("LabelSmoothing: expected .* at step " + at + ": use TokenLoss or drop the method");
    }

    /** Of two places of (0, 0) and (0, ln 3) the first is left out: log p = (−ln 4, ln 3 − ln 4) at the second. */
    @Test
    void leavesOutWhatTheLossLeavesOut() {
        NDArray logits = manager.create(new float[] {0, 0, 0, (float) Math.log(3)}, new Shape(2, 2));
        NDArray labels = manager.create(new long[] {-100, 1}, new Shape(2));
        NDList both = CrossEntropy.smoothedBesidePlain(labels, logits, 0.2);
        double plain = Math.log(4) - Math.log(3);
        double even = (Math.log(4) + plain) / 2;
        assertThat(both.get(1).getFloat()).isCloseTo((float) plain, within(1e-6f));
        assertThat(both.get(0).getFloat()).isCloseTo((float) (0.8 * plain + 0.2 * even), within(1e-6f));
    }

    @Test
    void leavesNoArraysBehindInDjlsLoop() {
        SmallTraining.Result outcome =
                SmallTraining.train(SmallTraining.gpt(0.1), SmallTraining::tokens, new LabelSmoothing());
        assertThat(outcome.arraysLeft()).isZero();
        assertThat(SmallTraining.train(SmallTraining.gpt(0.1), SmallTraining::tokens, new LabelSmoothing())
                        .weights())
                .isEqualTo(outcome.weights());
    }

    @Test
    void takesDjlsCrossEntropyToo() {
        float reported = step(Loss.softmaxCrossEntropyLoss(), new long[] {4, 16, 1});
        assertThat(reported).isCloseTo(step(new TokenLoss(), new long[] {4, 16}), within(1e-5f));
    }

    @Test
    void refusesAnotherLoss() {
        assertThatThrownBy(() -> step(
                        loss(labels ->
                                logits -> TokenLoss.evaluate(labels, logits).mul(2)),
                        new long[] {4, 16}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching(
                        "LabelSmoothing: expected a loss that is the mean cross-entropy of logits with class"
                                + " ids, here [0-9.]+, got [0-9.]+ at step 0: use TokenLoss or drop the method");
        Loss first = new Loss("first") {
            @Override
            public NDArray evaluate(NDList labels, NDList predictions) {
                return TokenLoss.evaluate(labels.head(), predictions.head());
            }
        };
        NDArray ids = SmallTraining.tokens(manager).labels().head();
        assertThatThrownBy(() -> step(first, new NDList(ids, ids)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("LabelSmoothing: expected one array of labels, got 2: drop the method or train on one");
    }

    private float step(Loss loss, long[] labels) {
        return step(
                loss, new NDList(SmallTraining.tokens(manager).labels().head().reshape(labels)));
    }

    /** The loss that a step of a hand-written loop returns. */
    private float step(Loss loss, NDList labels) {
        Engine.getEngine("PyTorch").setRandomSeed(1);
        Gpt gpt = SmallTraining.gpt(0);
        try (Model model = SmallTraining.model(gpt);
                Run run = Run.of(model, RunSettings.none(), new LabelSmoothing(0.2))) {
            gpt.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(4, 16));
            ParameterStore store = new ParameterStore(manager, false);
            Sample sample = new Sample(SmallTraining.tokens(manager).data(), labels);
            return run.step(sample, data -> gpt.forward(store, data, true), loss, () -> {})
                    .getFloat();
        }
    }
}
