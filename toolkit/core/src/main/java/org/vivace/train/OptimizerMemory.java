package org.vivace.train;

import ai.djl.ndarray.NDArray;
import ai.djl.training.Trainer;
import java.util.OptionalLong;

/** The memory that a trainer's optimizer and methods keep from step to step. */
public final class OptimizerMemory {

    private OptimizerMemory() {}

    /** Bytes; empty for an optimizer that is not one of those DJL has for PyTorch. */
    public static OptionalLong bytes(Trainer trainer) {
        OptionalLong stock = StockOptimizerState.bytes(TrainerOptimizer.of(trainer));
        if (stock.isEmpty() || !(trainer instanceof EfficientTrainer efficient)) {
            return stock;
        }
        Sum sum = new Sum();
        efficient.run().hooks().forEach(hooks -> hooks.save(sum));
        return OptionalLong.of(stock.getAsLong() + sum.bytes);
    }

    /** Counts the bytes that would be saved, without saving them. */
    private static final class Sum implements State.Writer {

        private long bytes;

        @Override
        public void number(String name, double value) {}

        @Override
        public void array(String name, NDArray value) {
            bytes += value.getShape().size() * value.getDataType().getNumOfBytes();
        }
    }
}
