package org.vivace.cli;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.translate.StackBatchifier;
import ai.djl.util.Progress;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.vivace.bench.Workload;
import org.vivace.models.TokenLoss;

/** A small model whose every batch takes 200 ms to come, so that its steps are bound by input on any device. */
final class SlowInput implements Supplier<Workload> {

    private static final int BATCH = 32;
    private static final int WIDTH = 64;
    private static final int BATCHES = 8;
    private static final long MILLIS = 200;

    @Override
    public Workload get() {
        return Workload.of(
                "slow-input",
                () -> new SequentialBlock().add(Linear.builder().setUnits(WIDTH).build()),
                new Shape(BATCH, WIDTH),
                new TokenLoss(),
                rate -> sgd(rate),
                new Slow());
    }

    private static Optimizer sgd(Tracker rate) {
        return Optimizer.sgd().setLearningRateTracker(rate).build();
    }

    private record Slow() implements Dataset {

        @Override
        public Iterable<Batch> getData(NDManager manager) {
            return () -> IntStream.range(0, BATCHES)
                    .mapToObj(place -> batch(manager, place))
                    .iterator();
        }

        private static Batch batch(NDManager manager, int place) {
            try {
                Thread.sleep(MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            NDManager own = manager.newSubManager();
            NDList data = new NDList(own.randomNormal(new Shape(BATCH, WIDTH)));
            NDList labels = new NDList(own.zeros(new Shape(BATCH), DataType.INT64));
            StackBatchifier stacked = new StackBatchifier();
            return new Batch(own, data, labels, BATCH, stacked, stacked, place, BATCHES);
        }

        @Override
        public void prepare(Progress progress) {}
    }
}
