package org.vivace.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.training.ParameterStore;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.util.PairList;
import org.junit.jupiter.api.Test;

class LargestBatchTest {

    private static final long MIB = 1 << 20;

    /** Compares the first with the last {@code 1 / parts} of the batch. */
    private static final class Parts extends AbstractBlock {
        private final int parts;

        Parts(int parts) {
            this.parts = parts;
        }

        @Override
        protected NDList forwardInternal(
                ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
            NDArray x = inputs.head();
            return new NDList(
                    x.reshape(parts, x.getShape().get(0) / parts, x.getShape().get(1)));
        }

        @Override
        public Shape[] getOutputShapes(Shape[] shapes) {
            return shapes;
        }
    }

    /** Looks at values, wants a second input, and has a batch norm. */
    private static final class Second extends AbstractBlock {
        @Override
        protected NDList forwardInternal(
                ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
            return new NDList(inputs.get(0).add(inputs.get(1)));
        }

        @Override
        public Shape[] getOutputShapes(Shape[] shapes) {
            return shapes;
        }
    }

    private static Block linear() {
        return Linear.builder().setUnits(64).build();
    }

    private static Estimator training(Block block, long batch) {
        return Estimator.of(block, ArraySpec.float32(batch, 64))
                .training(new Compared.Sum(), Optimizer.adam().build(), ArraySpec.float32(1));
    }

    private static void assertLargest(Estimator estimator, long bytes, long largest, long unit) {
        assertThat(estimator.largestBatch(bytes)).isEqualTo(largest);
        assertThat(estimator.withBatch(largest).step().memory().peak()).isLessThanOrEqualTo(bytes);
        assertThat(estimator.withBatch(largest + unit).step().memory().peak()).isGreaterThan(bytes);
    }

    private static long largest(Estimator estimator, long bytes, long unit) {
        long batch = unit;
        while (estimator.withBatch(batch + unit).step().memory().peak() <= bytes) {
            batch += unit;
        }
        return batch;
    }

    @Test
    void asCountedUpOneByOne() {
        Estimator plain = training(new SequentialBlock().add(linear()), 8);
        assertLargest(plain, MIB / 2, largest(plain, MIB / 2, 1), 1);
    }

    /** Batch norm does not train on one row; the inputs given may be of one. */
    @Test
    void whereOneRowDoesNotTrain() {
        for (long batch : new long[] {1, 16}) {
            Estimator estimator = training(
                    new SequentialBlock().add(linear()).add(BatchNorm.builder().build()), batch);
            long largest = largest(estimator.withBatch(2), MIB / 2, 2);
            long found = estimator.largestBatch(MIB / 2);
            assertThat(found).as("%d rows given", batch).isBetween(largest, largest + 1);
        }
        assertThatThrownBy(() -> training(
                                new SequentialBlock()
                                        .add(linear())
                                        .add(BatchNorm.builder().build()),
                                1)
                        .step())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("02BatchNorm: batchNorm: expected more than one value of each channel in training, got an"
                        + " input of shape (1, 64): give it a larger batch");
    }

    /** In a prediction one row is as good as any. */
    @Test
    void batchNormPredictsForOneRow() {
        Block block =
                new SequentialBlock().add(linear()).add(BatchNorm.builder().build());
        assertThat(Estimator.of(block, ArraySpec.float32(1, 64)).largestBatch(MIB))
                .isGreaterThan(100);
    }

    @Test
    void multiplesWhereTheBatchIsSplit() {
        for (int parts : new int[] {2, 3}) {
            Estimator estimator = training(new SequentialBlock().add(linear()).add(new Parts(parts)), 3L * parts);
            // The batch given is the smallest that is known to run where no power of two does.
            long unit = parts == 2 ? 2 : 9;
            long largest = largest(estimator, MIB / 2, unit);
            assertLargest(estimator, MIB / 2, largest, unit);
        }
    }

    /** Also where the block is measured, since it looks at values. */
    @Test
    void theTrueReasonWhereItNeverRuns() {
        Block block = new SequentialBlock()
                .add(linear())
                .add(new LambdaBlock(list -> {
                    list.head().getShape();
                    return list;
                }))
                .add(new Second());
        Estimator estimator = training(block, 8);
        String reason = "expected a model that runs on inputs of the shapes given, found that Second at 03Second fails"
                + " on [(8, 64)]: Index 1 out of bounds for length 1; give it inputs that it accepts, or fix the"
                + " block";
        assertThatThrownBy(estimator::step)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(reason);
        assertThatThrownBy(() -> estimator.largestBatch(MIB)).hasMessage(reason);
    }

    @Test
    void zeroWhereNothingFits() {
        assertThat(training(new SequentialBlock().add(linear()), 8).largestBatch(1000))
                .isZero();
    }
}
