package org.vivace.methods;

import ai.djl.ndarray.NDArray;
import java.util.HashMap;
import java.util.Map;
import org.vivace.train.State;

/** What hooks save, kept in memory. */
final class StateInMemory implements State.Writer {

    private final Map<String, Double> numbers = new HashMap<>();
    private final Map<String, float[]> arrays = new HashMap<>();

    @Override
    public void number(String name, double value) {
        numbers.put(name, value);
    }

    @Override
    public void array(String name, NDArray value) {
        arrays.put(name, value.toFloatArray());
    }

    State.Reader reader() {
        return new State.Reader() {
            @Override
            public double number(String name) {
                return numbers.get(name);
            }

            @Override
            public void array(String name, NDArray into) {
                try (NDArray saved = into.getManager().create(arrays.get(name), into.getShape())) {
                    saved.copyTo(into);
                }
            }

            @Override
            public boolean has(String name) {
                return numbers.containsKey(name) || arrays.containsKey(name);
            }
        };
    }
}
