package org.vivace.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.Dropout;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Batch;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Adam;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.optimizer.Sgd;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.vivace.estimate.ArraySpec;
import org.vivace.estimate.Declared;
import org.vivace.estimate.Estimator;
import org.vivace.estimate.OperationKind;
import org.vivace.estimate.Roofline;
import org.vivace.measure.Figures;
import org.vivace.torch.MemoryFormat;
import org.vivace.torch.Precision;
import org.vivace.torch.Seeds;
import org.vivace.trace.Operator;
import org.vivace.trace.OperatorKind;
import org.vivace.trace.StepPhase;
import org.vivace.trace.TraceEvent;
import org.vivace.train.Effect;
import org.vivace.train.EfficiencyMethod;

/** What the estimator says that a method changes, applied to what was measured. */
class MethodGainsTest {

    private static final EfficiencyMethod BF16 = Declared.of(new Effect.LowPrecision(Precision.BFLOAT16));
    private static final int WIDTH = 1024;

    /** A forward pass with one matrix product in one block, near the sample machine's peak, and an addition. */
    private static StepWork work() {
        return work("01Linear");
    }

    private static StepWork work(String block) {
        return work(block, "aten::add");
    }

    private static StepWork work(String block, String other) {
        return work(block, other, 1000);
    }

    private static StepWork work(String block, String other, double productMicros) {
        Roofs roofs = new Roofs(SampleProfile.calibration(), Precision.FLOAT32, MemoryFormat.CONTIGUOUS);
        return new StepWork(
                SampleProfile.profile().split(),
                List.of(operator("aten::mm", productMicros, block), operator(other, 600, block)),
                1,
                roofs);
    }

    private static Operator operator(String name, double micros, String block) {
        return new Operator(
                new TraceEvent(name, 0, micros, 1, List.of(), 0),
                -1,
                micros,
                StepPhase.FORWARD,
                block,
                OperatorKind.of(name),
                OptionalLong.of(name.endsWith("mm") ? 200_000_000 : 0),
                OptionalLong.of(10_000_000));
    }

    private static Estimator step(Block... blocks) {
        SequentialBlock model = new SequentialBlock();
        List.of(blocks).forEach(model::add);
        return Estimator.of(model, ArraySpec.float32(WIDTH, WIDTH))
                .training(Loss.l2Loss(), Optimizer.adam().build(), ArraySpec.float32(WIDTH, WIDTH))
                .inTraining(List.of());
    }

    private static Block linear() {
        return Linear.builder().setUnits(WIDTH).build();
    }

    @Test
    void productsAreScaledByTheRatioOfTheirEstimates() {
        StepWork work = work();
        Remedy remedy = new MethodGains(work, step(linear())).of(BF16).orElseThrow();
        // The sample machine multiplies four times as fast in bf16, and casts take a part of that.
        double products = work.working(each -> Roofs.isProduct(each.kind()));
        double atMost = work.stepMillis() / (work.stepMillis() - 0.75 * products);
        assertThat(products).isCloseTo(1, within(1e-9));
        assertThat(remedy.predictedGain()).isGreaterThan(1).isLessThan(atMost);
        assertThat(remedy.method()).isEqualTo(BF16.label());
        assertThat(remedy.why()).isEqualTo("though no part of the step changes much");
        StepWork more = work("01Linear", "aten::add", 10_000);
        double pass = more.millis(StepPhase.FORWARD) + more.millis(StepPhase.LOSS);
        Remedy worthIt = new MethodGains(more, step(linear())).of(BF16).orElseThrow();
        double saved = more.stepMillis() * (1 - 1 / worthIt.predictedGain());
        assertThat(worthIt.why())
                .isEqualTo("since by the estimate, in the mean over a run, the forward pass is "
                        + Figures.times(pass / (pass - saved)) + " as fast");
    }

    @Test
    void everyOtherKindOfOperationIsScaledByItself() {
        Estimator step = step(linear(), Activation.geluBlock());
        Roofline roofline = new Roofline(SampleProfile.calibration());
        Roofline.Step before = roofline.of(step.step());
        Roofline.Step after = roofline.meanOf(step.methods(List.of(BF16)));
        Roofline.Pass plain = before.forward();
        Roofline.Pass with = after.forward();
        double products = with.products() / plain.products();
        double activations = with.of(OperationKind.ELEMENTWISE) / plain.of(OperationKind.ELEMENTWISE);
        // GELU reads and writes bf16; the loss stays in fp32.
        assertThat(activations).isBetween(0.5, 0.9);

        StepWork gelu = work("01Linear", "aten::gelu");
        double saved = (1 - products)
                + 0.6 * (1 - activations)
                - addedMillis(plain, with)
                - addedMillis(before.backward(), after.backward());
        assertThat(new MethodGains(gelu, step).of(BF16).orElseThrow().predictedGain())
                .isCloseTo(gelu.stepMillis() / (gelu.stepMillis() - saved), within(1e-9));
        StepWork softmax = work("01Linear", "aten::_softmax");
        assertThat(new MethodGains(softmax, step).of(BF16).orElseThrow().predictedGain())
                .as("the model has no softmax that could change")
                .isCloseTo(
                        softmax.stepMillis() / (softmax.stepMillis() - saved + 0.6 * (1 - activations)), within(1e-9));
    }

    private static double addedMillis(Roofline.Pass before, Roofline.Pass after) {
        return Arrays.stream(OperationKind.values())
                .filter(kind -> !kind.isProduct())
                .mapToDouble(kind -> 1e3 * Math.max(0, after.of(kind) - before.of(kind)))
                .sum();
    }

    @Test
    void theUpdateIsScaledByItself() {
        StepWork work = work();
        Remedy remedy = new MethodGains(work, step(linear()))
                .of(Declared.of(new Effect.FusedUpdate(List.of(Adam.class))))
                .orElseThrow();
        // Eight passes over memory instead of 36.
        double saved = work.millis(StepPhase.OPTIMIZER) * (1 - 8.0 / 36);
        assertThat(remedy.predictedGain()).isCloseTo(work.stepMillis() / (work.stepMillis() - saved), within(1e-3));
        assertThat(remedy.why()).endsWith("the update is 4.5 times as fast");
    }

    @Test
    void whatIsNoRemedyHere() {
        MethodGains gains = new MethodGains(work(), step(linear()));
        for (Effect effect : List.of(
                new Effect.Undeclared(),
                new Effect.ImageLayout(),
                new Effect.FusedUpdate(List.of(Sgd.class)),
                new Effect.SmallerInputs((step, steps, full, first) -> new Shape(full.get(0), 8)))) {
            assertThat(gains.of(Declared.of(effect))).as("%s", effect).isEmpty();
        }
        assertThat(gains.of(Declared.of())).isEmpty();
    }

    @Test
    void whatTheEstimatorCannotFollowStaysAsItIs() {
        Block looking = new LambdaBlock(
                inputs -> new NDList(
                        inputs.head().toByteBuffer().hasRemaining()
                                ? inputs.head()
                                : inputs.head().neg()),
                "looking");
        Estimator step = step(linear(), looking);
        MethodGains elsewhere = new MethodGains(work(), step);
        assertThat(elsewhere.leftOut()).containsExactly("02LambdaBlock");
        assertThat(elsewhere.of(BF16).orElseThrow().predictedGain()).isGreaterThan(1);
        MethodGains there = new MethodGains(work("02LambdaBlock"), step);
        assertThat(there.of(BF16).orElseThrow().predictedGain()).isEqualTo(1);
    }

    @Test
    void predictingLeavesTheTrainingAsItIs() throws Exception {
        List<EfficiencyMethod> catalogue = List.of(
                BF16,
                Declared.of(new Effect.FusedUpdate(List.of(Adam.class))),
                Declared.of(new Effect.Recomputation(places -> places.subList(0, 1))),
                Declared.of(new Effect.ReplacedBlocks(surgery -> surgery.replace(
                        "activations", place -> place.path().endsWith("Dropout"), old -> Activation.reluBlock()))));
        SequentialBlock block = Planted.mlp(Dropout.builder().optRate(0.5f).build());
        try (Model model = Planted.model(block);
                Trainer trainer = Planted.trainer(model)) {
            BottleneckAnalysis analysis = new BottleneckAnalysis(SampleProfile.calibration(), catalogue);
            ArrayDataset points = Planted.points(model.getNDManager());
            Profile profile = Profiler.of(trainer)
                    .steps(1)
                    .withVerdict(SampleProfile.calibration(), catalogue)
                    .run(points);
            BottleneckAnalysis.Batches batches = new BottleneckAnalysis.Batches();
            for (Batch batch : trainer.iterateDataset(points)) {
                batches.look(batch);
                batch.close();
            }
            int weights = Planted.hash(model);
            int arrays = arrays(trainer);
            List<Block> children = block.getChildren().values();
            Seeds.set(7);
            float[] drawn = draw(model.getNDManager());
            Seeds.set(7);
            BottleneckAnalysis.Result result = analysis.judge(
                    trainer, points, batches, profile, profile.operators().orElseThrow(), profile.tracedSteps());
            assertThat(draw(model.getNDManager())).containsExactly(drawn);
            assertThat(Planted.hash(model)).isEqualTo(weights);
            assertThat(arrays(trainer)).isEqualTo(arrays);
            assertThat(block.getChildren().values()).containsExactlyElementsOf(children);
            assertThat(result.notes()).isEmpty();
        }
    }

    private static int arrays(Trainer trainer) {
        return trainer.getManager().getManagedArrays().size()
                + trainer.getModel().getNDManager().getManagedArrays().size();
    }

    private static float[] draw(NDManager manager) {
        try (NDArray random = manager.randomUniform(0, 1, new Shape(8))) {
            return random.toFloatArray();
        }
    }

    /** Looks at values, which an estimate does not have. */
    private static final class Looking extends Loss {

        Looking() {
            super("looking");
        }

        @Override
        public NDArray evaluate(NDList labels, NDList predictions) {
            NDArray sum = predictions.head().sum();
            return predictions.head().toFloatArray().length > 1 ? sum : sum.neg();
        }
    }

    @Test
    void aStepThatCannotBeFollowedIsNoted() throws Exception {
        try (Model model = Planted.model(Planted.mlp(Planted.slow(0)));
                Trainer trainer = model.newTrainer(new DefaultTrainingConfig(new Looking())
                        .optDevices(new Device[] {Device.cpu()})
                        .optOptimizer(Optimizer.adam().build()))) {
            trainer.initialize(Planted.INPUT);
            Profile profile = Profiler.of(trainer)
                    .steps(1)
                    .withVerdict(SampleProfile.calibration(), List.of(BF16))
                    .run(Planted.points(model.getNDManager()));
            assertThat(profile.notes())
                    .singleElement()
                    .asString()
                    .startsWith("what methods would gain is not predicted, since the estimator could not follow the"
                            + " step: expected operations whose shapes are known without values");
            assertThat(profile.verdict().orElseThrow().remedies())
                    .extracting(Remedy::method)
                    .doesNotContain(BF16.label());
        }
    }
}
