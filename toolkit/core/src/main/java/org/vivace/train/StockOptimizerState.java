package org.vivace.train;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.training.optimizer.Adam;
import ai.djl.training.optimizer.AdamW;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.optimizer.Sgd;
import java.lang.reflect.Field;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The moments and counters inside DJL's own optimizers, which have no accessors: only this class reads and writes those
 * fields. DJL's keys are the random ids of the parameters, the files' keys are their paths.
 */
final class StockOptimizerState {

    private final Optimizer optimizer;
    private final Class<?> declaring;
    private final List<String> moments;

    private StockOptimizerState(Optimizer optimizer, Class<?> declaring, List<String> moments) {
        this.optimizer = optimizer;
        this.declaring = declaring;
        this.moments = moments;
    }

    /** Empty if the optimizer is not one of those that DJL has for PyTorch. */
    static Optional<StockOptimizerState> of(Optimizer optimizer) {
        List<String> adaptive = List.of("means", "variances");
        if (optimizer instanceof Adam) {
            return Optional.of(new StockOptimizerState(optimizer, Adam.class, adaptive));
        } else if (optimizer instanceof AdamW) {
            return Optional.of(new StockOptimizerState(optimizer, AdamW.class, adaptive));
        } else if (optimizer instanceof Sgd) {
            return Optional.of(new StockOptimizerState(optimizer, Sgd.class, List.of("momentumStates")));
        }
        return Optional.empty();
    }

    /** Bytes of the optimizer's moments; empty if it is not one of those that DJL has for PyTorch. */
    static OptionalLong bytes(Optimizer optimizer) {
        return of(optimizer)
                .map(state -> OptionalLong.of(state.moments.stream()
                        .flatMap(moment -> state.momentsOf(moment).values().stream())
                        .flatMap(arrays -> arrays.values().stream())
                        .mapToLong(array ->
                                array.getShape().size() * array.getDataType().getNumOfBytes())
                        .sum()))
                .orElse(OptionalLong.empty());
    }

    void save(Run run, State.Writer state) {
        for (NamedParameter parameter : run.trained().every()) {
            String id = parameter.parameter().getId();
            Integer count = counts().get(id);
            if (count != null) {
                state.number("count " + parameter.path(), count);
            }
            for (String moment : moments) {
                Map<Device, NDArray> arrays = momentsOf(moment).get(id);
                if (arrays != null) {
                    NDArray array = arrays.get(run.device());
                    state.array(
                            moment + " " + parameter.path(),
                            Objects.requireNonNull(array, "DJL keeps a moment on the device that it updates"));
                }
            }
        }
    }

    void load(Run run, State.Reader state) {
        int latest = 0;
        for (NamedParameter parameter : run.trained().every()) {
            String id = parameter.parameter().getId();
            String count = "count " + parameter.path();
            if (state.has(count)) {
                int value = (int) state.number(count);
                counts().put(id, value);
                latest = Math.max(latest, value);
            }
            for (String moment : moments) {
                String name = moment + " " + parameter.path();
                if (state.has(name)) {
                    NDArray array = parameter.array().zerosLike();
                    array.detach();
                    state.array(name, array);
                    Map<Device, NDArray> arrays = new ConcurrentHashMap<>();
                    arrays.put(run.device(), array);
                    momentsOf(moment).put(id, arrays);
                }
            }
        }
        set("numUpdate", latest);
    }

    /**
     * Takes the number of the next update from the parameter with the most updates. DJL takes it from the parameters
     * updated so far, in the order of a hash of random ids, so it differs from run to run if some have had fewer
     * updates.
     */
    void count(Run run) {
        Map<String, Integer> counts = counts();
        int begin = (int) read(field(Optimizer.class, "beginNumUpdate"));
        int latest = (int) read(field(Optimizer.class, "numUpdate"));
        for (NamedParameter parameter : run.parameters()) {
            int next = counts.getOrDefault(parameter.parameter().getId(), begin) + 1;
            latest = Math.max(latest, next);
        }
        set("numUpdate", latest);
    }

    /** Frees the moments, which DJL never does; afterwards the optimizer is in its initial state. */
    void free() {
        for (String moment : moments) {
            momentsOf(moment).values().forEach(arrays -> arrays.values().forEach(NDArray::close));
            momentsOf(moment).clear();
        }
        counts().clear();
        set("numUpdate", 0);
    }

    @SuppressWarnings("unchecked") // the declared type of DJL's field
    private Map<String, Integer> counts() {
        return (Map<String, Integer>) read(field(Optimizer.class, "updateCounts"));
    }

    @SuppressWarnings("unchecked") // the declared type of DJL's field
    private Map<String, Map<Device, NDArray>> momentsOf(String name) {
        return (Map<String, Map<Device, NDArray>>) read(field(declaring, name));
    }

    private Object read(Field field) {
        try {
            return field.get(optimizer);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("could not read " + field, e);
        }
    }

    private void set(String name, int value) {
        try {
            field(Optimizer.class, name).setInt(optimizer, value);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("could not set " + name, e);
        }
    }

    private static Field field(Class<?> type, String name) {
        try {
            Field field = type.getDeclaredField(name);
            field.setAccessible(true);
            return field;
        } catch (NoSuchFieldException e) {
            throw new IllegalStateException(
                    "expected DJL's " + type.getSimpleName() + " to keep its state in a field " + name
                            + ": this version of DJL is not supported",
                    e);
        }
    }
}
