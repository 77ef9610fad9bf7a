package org.vivace.methods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.data.Percentage.withPercentage;

import ai.djl.Device;
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
import ai.djl.nn.transformer.BertBlock;
import ai.djl.training.GradientCollector;
import ai.djl.training.loss.Loss;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vivace.contract.SmallTraining;
import org.vivace.methods.MixedPrecision.LossScale;
import org.vivace.models.TokenLoss;
import org.vivace.torch.Autocast;
import org.vivace.torch.Autograd;
import org.vivace.torch.GradMode;
import org.vivace.torch.Precision;
import org.vivace.torch.PrecisionProbe;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.EfficientTrainer;
import org.vivace.train.Hook;
import org.vivace.train.Run;
import org.vivace.train.RunSettings;
import org.vivace.train.Sample;

class MixedPrecisionTest {

    private static MixedPrecision in(Precision precision) {
        return precision == Precision.BFLOAT16
                ? MixedPrecision.bf16()
                : MixedPrecision.fp16(new LossScale(64, 2, 0.5, 100));
    }

    @ParameterizedTest
    @EnumSource(names = {"BFLOAT16", "FLOAT16"})
    void stepsAreThoseOfFp32ToTheRoundingOfThePrecision(Precision precision) {
        StepGradients full = StepGradients.of(() -> SmallTraining.gpt(0), SmallTraining::tokens, new TokenLoss());
        // Before the update the gradients are unscaled, so they compare as they are.
        StepGradients low =
                StepGradients.of(() -> SmallTraining.gpt(0), SmallTraining::tokens, new TokenLoss(), in(precision));

        double unit = precision == Precision.BFLOAT16 ? 1.0 / 256 : 1.0 / 2048; // half the distance of neighbours at 1
        assertThat((double) Math.abs(low.loss() - full.loss()) / full.loss()).isLessThan(unit);
        // A gradient passes some ten products on its way, each of which rounds: √10 of them, were they independent.
        assertThat(full.distance(low)).isPositive().isLessThan(4 * unit);
    }

    /** The precision that a layer inside the model gives its output, per pass. */
    private static Block watched(List<Precision> seen) {
        return new SequentialBlock().add(Linear.builder().setUnits(4).build()).add(new LambdaBlock(list -> {
            seen.add(Precision.of(list.head()));
            return list;
        }));
    }

    @ParameterizedTest
    @EnumSource(names = {"BFLOAT16", "FLOAT16"})
    void runsTheModelInLowPrecisionAndGivesFp32BackInTrainingAndEvaluation(Precision precision) {
        List<Precision> seen = new ArrayList<>();
        try (Model model = SmallTraining.model(watched(seen));
                EfficientTrainer trainer =
                        new EfficientTrainer(model, SmallTraining.config(SmallTraining.sgd()), in(precision))) {
            trainer.initialize(new Shape(3, 5));
            seen.clear();
            try (NDManager batch = model.getNDManager().newSubManager()) {
                NDList data = new NDList(batch.ones(new Shape(3, 5)));
                NDList labels = new NDList(batch.zeros(new Shape(3), DataType.INT64));
                try (GradientCollector collector = trainer.newGradientCollector()) {
                    NDArray prediction = trainer.forward(data, labels).head();
                    NDArray loss = trainer.getLoss().evaluate(labels, new NDList(prediction));
                    assertThat(prediction.getDataType()).isEqualTo(DataType.FLOAT32);
                    assertThat(loss.getDataType()).isEqualTo(DataType.FLOAT32);
                    assertThat(Autocast.current(Device.cpu()).enabled()).isFalse();
                    collector.backward(loss);
                }
                trainer.step();
                assertThat(trainer.evaluate(data).head().getDataType()).isEqualTo(DataType.FLOAT32);
            }
            assertThat(seen).containsExactly(precision, precision);
            model.getBlock().getParameters().values().forEach(parameter -> {
                assertThat(parameter.getArray().getDataType()).isEqualTo(DataType.FLOAT32);
                try (NDArray gradient = parameter.getArray().getGradient()) {
                    assertThat(gradient.getDataType()).isEqualTo(DataType.FLOAT32);
                }
            });
        }
    }

    @Test
    void theKernelCastsBackWithGradientsFlowing() {
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                GradMode recorded = GradMode.on()) {
            NDArray weight = manager.ones(new Shape(2, 2));
            weight.setRequiresGradient(true);
            NDArray x = manager.create(new float[] {1, 2, 3, 4}, new Shape(2, 2));

            NDList out = MixedPrecision.autocast(Device.cpu(), Precision.BFLOAT16, () -> new NDList(x.matMul(weight)));
            Autograd.backward(out.head().sum(), false);

            assertThat(out.head().getDataType()).isEqualTo(DataType.FLOAT32);
            assertThat(weight.getGradient().toFloatArray()).containsExactly(4, 4, 6, 6);
        }
    }

    private static Sample sentences(NDManager manager) {
        NDList data = new NDList(
                manager.arange(2 * 8).reshape(2, 8).toType(DataType.INT64, false),
                manager.zeros(new Shape(2, 8), DataType.INT64),
                manager.ones(new Shape(2, 8), DataType.INT64));
        return new Sample(data, new NDList(manager.zeros(new Shape(2))));
    }

    private static final Loss POOLED = new Loss("pooled") {
        @Override
        public NDArray evaluate(NDList labels, NDList predictions) {
            return predictions
                    .get(1)
                    .square()
                    .mean()
                    .add(predictions.get(0).abs().mean());
        }
    };

    @ParameterizedTest
    @EnumSource(names = {"BFLOAT16", "FLOAT16"})
    void survivesTheSoftmaxesInsideDjlsOwnTransformer(Precision precision) {
        Function<EfficiencyMethod[], StepGradients> step = methods -> StepGradients.of(
                () -> BertBlock.builder()
                        .nano()
                        .optHiddenDropoutProbability(0)
                        .setTokenDictionarySize(20)
                        .optMaxSequenceLength(8)
                        .build(),
                MixedPrecisionTest::sentences,
                POOLED,
                methods);
        StepGradients full = step.apply(new EfficiencyMethod[0]);
        StepGradients low = step.apply(new EfficiencyMethod[] {in(precision)});

        assertThat((double) low.loss()).isCloseTo(full.loss(), withPercentage(2));
        assertThat(low.norm()).isCloseTo(full.norm(), withPercentage(20));
    }

    @Test
    void saysWhereAPrecisionIsNotNative() {
        assertThat(MixedPrecision.advice(Precision.BFLOAT16, 0.3)).isEmpty();
        assertThat(MixedPrecision.advice(Precision.FLOAT16, 7.25))
                .contains(
                        "MixedPrecision: fp16 is not native to this device, whose matrix products in fp16 take 7.3 times"
                                + " as long as in fp32: expect slower steps");
    }

    @Test
    void theLogOfARunSaysSoWhereTheProbeFoundIt() {
        double relative = PrecisionProbe.relativeTime(Device.cpu(), Precision.FLOAT16);
        List<String> log = SmallTraining.train(SmallTraining.gpt(0), SmallTraining::tokens, in(Precision.FLOAT16))
                .log();

        assertThat(log)
                .isEqualTo(MixedPrecision.advice(Precision.FLOAT16, relative).stream()
                        .toList());
    }

    @Test
    void takesItsTurnBeforeAllOthersAtTheGradients() {
        try (Model model = SmallTraining.model(SmallTraining.gpt(0));
                Run run = Run.of(model, RunSettings.none(), new GradientCentralization(), MixedPrecision.fp16())) {
            assertThat(run.recipe().at(Hook.GRADIENTS).get(0)).isInstanceOf(MixedPrecision.class);
        }
    }

    @Test
    void refusesSettingsOutOfRange() {
        refused(
                () -> new MixedPrecision(Precision.FLOAT32, Optional.empty()),
                "MixedPrecision: expected bf16 or fp16, got fp32: omit the method for a run in fp32");
        refused(
                () -> new MixedPrecision(Precision.FLOAT16, Optional.empty()),
                "MixedPrecision: expected a loss scale with fp16, got none: use MixedPrecision.fp16()");
        refused(
                () -> new MixedPrecision(Precision.BFLOAT16, Optional.of(new LossScale())),
                "MixedPrecision: expected no loss scaling with bf16, which has fp32's range, got loss scale 65536.0, growth"
                        + " 2.0, backoff 0.5, interval 2000: use MixedPrecision.bf16()");
        refused(() -> new LossScale(0, 2, 0.5, 1), "MixedPrecision: expected initial loss scale > 0, got 0.0");
        refused(() -> new LossScale(1e300, 2, 0.5, 1), "MixedPrecision: expected initial loss scale > 0, got 1.0E300");
        refused(() -> new LossScale(1, 1, 0.5, 1), "MixedPrecision: expected growth > 1, got 1.0");
        refused(
                () -> new LossScale(1, Double.POSITIVE_INFINITY, 0.5, 1),
                "MixedPrecision: expected growth > 1, got Infinity");
        refused(() -> new LossScale(1, 2, 1, 1), "MixedPrecision: expected backoff in (0, 1), got 1.0");
        refused(() -> new LossScale(1, 2, 0, 1), "MixedPrecision: expected backoff in (0, 1), got 0.0");
        refused(() -> new LossScale(1, 2, 0.5, 0), "MixedPrecision: expected interval >= 1, got 0");
    }

    private static void refused(ThrowingCallable call, String message) {
        assertThatIllegalArgumentException().isThrownBy(call).withMessage(message);
    }

    @Test
    void showsItsSettings() {
        assertThat(new MixedPrecision().label()).isEqualTo("MixedPrecision(bf16)");
        assertThat(MixedPrecision.fp16().label()).isEqualTo("MixedPrecision(fp16)");
        assertThat(MixedPrecision.fp16(new LossScale(1, 3, 0.25, 7)).label())
                .isEqualTo("MixedPrecision(fp16, loss scale 1.0, growth 3.0, backoff 0.25, interval 7)");
    }
}
