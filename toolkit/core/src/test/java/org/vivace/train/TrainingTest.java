package org.vivace.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.evaluator.Accuracy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.vivace.contract.DivergingLoss;
import org.vivace.contract.GivenMethod;
import org.vivace.contract.SmallTraining;
import org.vivace.contract.Weights;
import org.vivace.train.TrainingRecord.Evaluation;
import org.vivace.train.TrainingRecord.Point;

class TrainingTest extends TinyTest {

    @Test
    void runsOverTheDataAsOftenAsTold() throws Exception {
        TrainingRecord record = SmallTraining.training(model).epochs(3).fit(data);

        assertThat(record.steps()).isEqualTo(3L * SmallTraining.BATCHES);
        assertThat(record.curve().stream().map(Point::step))
                .containsExactlyElementsOf(
                        java.util.stream.LongStream.range(0, 18).boxed().toList());
        assertThat(record.curve()).allMatch(point -> point.loss() > 0);
        assertThat(record.curve().stream().map(Point::seconds)).isSorted();
        assertThat(record.seconds()).isEqualTo(record.curve().get(17).seconds());
        assertThat(record.interrupted()).isFalse();
        assertThat(record.evaluations()).isEmpty();
    }

    @Test
    void runsAsManyStepsAsTold() throws Exception {
        assertThat(SmallTraining.training(model).steps(1).fit(data).steps()).isEqualTo(1);
        assertThat(SmallTraining.training(model).steps(8).fit(data).steps()).isEqualTo(8);
    }

    @Test
    void runsAsLongAsTold() throws Exception {
        TrainingRecord record = SmallTraining.training(model).seconds(0.2).fit(data);

        List<Point> curve = record.curve();
        assertThat(record.seconds()).isGreaterThanOrEqualTo(0.2);
        assertThat(curve.size()).isGreaterThan(1);
        assertThat(curve.get(curve.size() - 2).seconds()).isLessThan(0.2);
    }

    @Test
    void learns() throws Exception {
        TrainingRecord record = SmallTraining.training(model)
                .seed(1)
                .epochs(30)
                .measuring(new Accuracy())
                .fit(data, data);

        assertThat(record.finalLoss().getAsDouble())
                .isLessThan(record.curve().get(0).loss() - 0.2);
        assertThat(record.testLoss().getAsDouble()).isCloseTo(record.finalLoss().getAsDouble(), within(0.1));
        assertThat(record)
                .hasToString(String.format(
                        java.util.Locale.ROOT,
                        "180 steps in %.1f s, training loss %.4f, test loss %.4f",
                        record.seconds(),
                        record.finalLoss().getAsDouble(),
                        record.testLoss().getAsDouble()));
    }

    @Test
    void evaluatesAsOftenAsToldAndAtTheEnd() throws Exception {
        TrainingRecord record = SmallTraining.training(model)
                .steps(7)
                .evaluateEvery(3)
                .measuring(new Accuracy())
                .fit(data, data);

        assertThat(record.evaluations().stream().map(Evaluation::step)).containsExactly(3L, 6L, 7L);
        assertThat(record.evaluations())
                .allMatch(evaluation ->
                        evaluation.loss() > 0 && evaluation.values().get("Accuracy") >= 0);
    }

    @Test
    void anEvaluationWeighsBatchesByTheirSizeAndChangesNothing() throws Exception {
        ArrayDataset uneven = SmallTraining.points(manager, 7, false); // 4 and 3
        SmallTraining.training(model).steps(1).fit(data);
        Weights weights = Weights.of(model);
        TrainingRecord record = SmallTraining.training(model)
                .optimizer(rate -> SmallTraining.sgd(step -> 0f))
                .steps(1)
                .fit(data, uneven);
        double expected = 0;
        for (var batch : uneven.getData(manager)) {
            NDList predictions = model.getBlock()
                    .forward(new ai.djl.training.ParameterStore(manager, false), batch.getData(), false);
            expected += SmallTraining.classes()
                            .evaluate(batch.getLabels(), predictions)
                            .getFloat()
                    * batch.getData().head().getShape().get(0);
            batch.close();
        }

        assertThat(record.testLoss().getAsDouble()).isCloseTo(expected / 7, within(1e-6));
        assertThat(Weights.of(model)).isEqualTo(weights);
    }

    @Test
    void theScheduleDrivesTheLearningRateOfTheOptimizer() throws Exception {
        List<Float> seen = new ArrayList<>();
        SmallTraining.training(model)
                .optimizer(rate -> SmallTraining.sgd(update -> {
                    seen.add(rate.getNewValue(update));
                    return rate.getNewValue(update);
                }))
                .learningRate(0.5, Schedule.warmupCosine(0.4, 0.2))
                .steps(5)
                .fit(data);

        // Progress 0, 0.2, 0.4, 0.6, 0.8: linear to 0.4, then 0.2 + 0.8 * (1 + cos(pi * (p - 0.4) / 0.6)) / 2.
        float[] expected = {0.0005f, 0.25f, 0.5f, 0.4f, 0.2f};
        List<Float> ofEachStep = seen.stream().distinct().toList();
        assertThat(ofEachStep).hasSize(5);
        for (int i = 0; i < 5; i++) {
            assertThat(ofEachStep.get(i)).isCloseTo(expected[i], within(1e-6f));
        }
    }

    @Test
    void inARunOfSecondsTheScheduleFollowsTheClock() throws Exception {
        List<Float> seen = new ArrayList<>();
        SmallTraining.training(model)
                .optimizer(rate -> SmallTraining.sgd(update -> {
                    seen.add(rate.getNewValue(update));
                    return 0.01f;
                }))
                .learningRate(1, Schedule.warmupCosine(0, 0))
                .seconds(0.3)
                .fit(data);

        assertThat(seen.get(0)).isEqualTo(1f);
        assertThat(seen.get(seen.size() - 1)).isLessThan(0.3f);
    }

    @Test
    void microBatchesGiveTheGradientOfTheWholeBatch() throws Exception {
        float[] whole = afterOneStep(1);
        for (int parts : new int[] {2, 3, 4, 9}) {
            assertThat(afterOneStep(parts))
                    .as("%d parts", parts)
                    .usingComparatorWithPrecision(1e-6f)
                    .containsExactly(whole);
        }
    }

    private static float[] afterOneStep(int parts) throws Exception {
        try (Model fresh = SmallTraining.model(SmallTraining.mlp(0))) {
            SmallTraining.training(fresh)
                    .seed(3)
                    .optimizer(rate -> SmallTraining.sgd(step -> 1f))
                    .microBatches(parts)
                    .steps(1)
                    .fit(SmallTraining.points(fresh.getNDManager(), false));
            NDArray weight = fresh.getBlock().getParameters().get(0).getValue().getArray();
            return weight.toFloatArray();
        }
    }

    @Test
    void theLossOfMicroBatchesIsThatOfTheWholeBatch() throws Exception {
        TrainingRecord whole = SmallTraining.training(model).seed(3).steps(1).fit(data);
        try (Model other = SmallTraining.model(SmallTraining.mlp(0))) {
            TrainingRecord parts = SmallTraining.training(other)
                    .seed(3)
                    .steps(1)
                    .microBatches(3)
                    .fit(SmallTraining.points(other.getNDManager(), false));
            assertThat(parts.curve().get(0).loss())
                    .isCloseTo(whole.curve().get(0).loss(), within(1e-6));
        }
    }

    @Test
    void stopsAtALossThatIsNotANumberAndTheModelCanBeTrainedOn() throws Exception {
        assertThatExceptionOfType(LossDivergedException.class)
                .isThrownBy(() -> SmallTraining.training(model)
                        .loss(new DivergingLoss(4))
                        .steps(9)
                        .fit(data))
                .withMessage("expected a finite loss, got NaN at step 4: lower the learning rate, clip the gradients or"
                        + " look at that batch")
                .satisfies(diverged -> assertThat(diverged.step()).isEqualTo(4));

        // Weights are as the step before left them, and the gradients of the failed step do not come back.
        assertThat(SmallTraining.training(model).steps(3).fit(data).curve())
                .allMatch(point -> Double.isFinite(point.loss()));
    }

    @Test
    void anInterruptEndsTheRunWithItsRecord() throws Exception {
        TrainingRecord record = SmallTraining.training(model)
                .steps(1000)
                .onStep(SmallTraining.interruptAfter(4))
                .fit(data, data);

        assertThat(Thread.interrupted()).as("the caller learns of it too").isTrue();
        assertThat(record.interrupted()).isTrue();
        assertThat(record.steps()).isEqualTo(5);
        assertThat(record.curve()).hasSize(5);
        assertThat(record.evaluations()).isEmpty();
        assertThat(record.toString()).endsWith("(interrupted)");
    }

    @Test
    void canBeFittedAgainAndGoesOnFromTheWeights() throws Exception {
        List<String> calls = new ArrayList<>();
        Training training = SmallTraining.training(model)
                .with(new Recording("A", calls))
                .seed(2)
                .epochs(20);
        double first = training.fit(data).curve().get(0).loss();
        int managed = model.getNDManager().getManagedArrays().size();
        TrainingRecord again = training.fit(data);

        assertThat(again.curve().get(0).loss()).isLessThan(first);
        assertThat(calls.stream().filter("A model"::equals)).hasSize(2);
        training.fit(data);
        assertThat(model.getNDManager().getManagedArrays().size())
                .as("what DJL's check of the first gradients leaves, and nothing more")
                .isLessThanOrEqualTo(managed + 2 * 4);
    }

    /** Shapes differ, so that the sizes of the parts are seen. */
    @Test
    void microBatchesAreUnevenWhereTheyMustBe() throws Exception {
        List<Shape> seen = new ArrayList<>();
        EfficiencyMethod looking = GivenMethod.of("Looking", Kind.DATA, Equivalence.BIT_EQUAL, new Hooks() {
            @Override
            public Sample onBatch(Run run, Sample sample) {
                seen.addAll(Arrays.asList(sample.data().getShapes()));
                return sample;
            }
        });
        SmallTraining.training(model).with(looking).microBatches(3).steps(1).fit(data);

        assertThat(seen.stream().map(shape -> shape.get(0))).containsExactly(1L, 1L, 2L);
    }
}
