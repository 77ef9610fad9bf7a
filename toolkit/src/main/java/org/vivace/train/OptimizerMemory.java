package org.vivace.train;

import ai.djl.ndarray.NDArray;
import ai.djl.training.Trainer;
import ai.djl.training.optimizer.Optimizer;
import java.lang.reflect.Field;
import java.util.OptionalLong;

/** What the optimiser of a trainer, and the methods on it, keep from step to step. */
public final class OptimizerMemory {

    private OptimizerMemory() {}

    /** Bytes, or nothing for an optimiser that is not one of those DJL has for PyTorch. */
    public static OptionalLong bytes(Trainer trainer) {
        OptionalLong stock = StockOptimizerState.bytes(optimizer(trainer));
        if (stock.isEmpty() || !(trainer instanceof EfficientTrainer efficient)) {
            return stock;
        }
        Sum sum = new Sum();
        efficient.run().hooks().forEach(hooks -> hooks.save(sum));
        return OptionalLong.of(stock.getAsLong() + sum.bytes);
    }

    /** DJL's trainer hands its optimiser on and offers no way to it. */
    private static Optimizer optimizer(Trainer trainer) {
        Object store = read(Trainer.class, "parameterStore", trainer);
        Object server = read(store.getClass(), "parameterServer", store);
        return (Optimizer) read(server.getClass(), "optimizer", server);
    }

    private static Object read(Class<?> type, String name, Object owner) {
        try {
            Field field = type.getDeclaredField(name);
            field.setAccessible(true);
            return field.get(owner);
        } catch (NoSuchFieldException | IllegalAccessException e) {
            throw new IllegalStateException(
                    "expected DJL's " + type.getSimpleName() + " to have a field " + name
                            + ": this version of DJL is not supported",
                    e);
        }
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
