package org.vivace.methods;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.ArrayDataset;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.vivace.contract.SmallTraining;
import org.vivace.models.TokenLoss;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.Training;
import org.vivace.train.TrainingRecord;

/** Training in bf16 learns as training in fp32 does. */
class PrecisionCurvesTest {

    private static final int STEPS = 60;
    private static final int SEEDS = 3;

    /**
     * At the end of training the mean loss over the seeds differs between the two by less than the standard deviation of
     * the loss over the seeds in fp32: a curve does not show whether the precision or the seed made it.
     */
    @Test
    void lossesAgreeWithinTheSpreadOfSeeds() throws Exception {
        double[] full = new double[SEEDS];
        double[] low = new double[SEEDS];
        double start = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            TrainingRecord record = train(seed);
            start = record.curve().get(0).loss();
            full[seed] = last(record);
            low[seed] = last(train(seed, MixedPrecision.bf16()));
        }

        double spread = deviation(full);
        assertThat(mean(full)).as("it has learnt").isLessThan(start - 0.3);
        assertThat(spread).isPositive();
        assertThat(mean(low)).isNotEqualTo(mean(full));
        assertThat(Math.abs(mean(low) - mean(full))).isLessThan(spread);
    }

    private static TrainingRecord train(int seed, EfficiencyMethod... methods) throws Exception {
        try (Model model = SmallTraining.model(SmallTraining.gpt(0))) {
            NDArray index = model.getNDManager().arange(64 * 16);
            NDArray ids = index.mul(index).add(index.mul(3)).mod(16).toType(DataType.INT64, false);
            ArrayDataset data = new ArrayDataset.Builder()
                    .setData(ids.reshape(64, 16))
                    .optLabels(ids.add(ids.mul(ids)).mod(16).reshape(64, 16))
                    .setSampling(8, true)
                    .build();
            return Training.of(model)
                    .input(new Shape(8, 16))
                    .loss(new TokenLoss())
                    .learningRate(3e-3)
                    .seed(seed)
                    .steps(STEPS)
                    .with(methods)
                    .fit(data);
        }
    }

    private static double last(TrainingRecord record) {
        return record.curve().subList(STEPS - 10, STEPS).stream()
                .mapToDouble(TrainingRecord.Point::loss)
                .average()
                .orElseThrow();
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElseThrow();
    }

    private static double deviation(double[] values) {
        double mean = mean(values);
        return Math.sqrt(IntStream.range(0, values.length)
                        .mapToDouble(i -> Math.pow(values[i] - mean, 2))
                        .sum()
                / (values.length - 1));
    }
}
