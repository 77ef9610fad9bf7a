package org.vivace.train;

import ai.djl.ndarray.NDArray;
import ai.djl.training.Trainer;
import java.util.OptionalLong;

/** What the optimiser of a trainer, and the methods on it, keep from step to step. */
public final class OptimizerMemory {

    private OptimizerMemory() {}

    /** Bytes, or nothing for an optimiser that is not one of those DJL has for PyTorch. */
    public static OptionalLong bytes(Trainer trainer) {
        OptionalLong stock = StockOptimizerState.bytes(TrainerOptimizer.of(trainer));
        if (stock.isEmpty() || !(trainer instanceof EfficientTrainer efficient)) {
            return stock;
        }
        Sum sum = new Sum();
        efficient.run().hooks().forEach(hooks -> hooks.save(sum));
        return OptionalLong.of(stock.getAsLong() + sum.bytes);
    }

    /** Asks for what would be saved, and counts instead of saving. */
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
