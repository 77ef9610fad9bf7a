package org.vivace.train;

import ai.djl.training.Trainer;
import ai.djl.training.optimizer.Optimizer;
import java.lang.reflect.Field;

/** The optimizer of a trainer, for which DJL has no accessor. */
public final class TrainerOptimizer {

    private TrainerOptimizer() {}

    /** The optimizer that the trainer's config named. */
    public static Optimizer of(Trainer trainer) {
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
}
