package org.vivace.train;

import ai.djl.ndarray.NDArray;
import java.util.Map;
import org.vivace.torch.Copy;

/** The state of one owner in a save; its names have a prefix there. */
final class SavedState {

    private SavedState() {}

    record Writer(String prefix, Map<String, Double> numbers, ArrayFile.Writer arrays) implements State.Writer {

        @Override
        public void number(String name, double value) {
            numbers.put(prefix + name, value);
        }

        @Override
        public void array(String name, NDArray value) {
            arrays.put(prefix + name, value);
        }
    }

    record Reader(String prefix, Map<String, Double> numbers, Map<String, NDArray> arrays) implements State.Reader {

        @Override
        public double number(String name) {
            Double value = numbers.get(prefix + name);
            if (value == null) {
                throw new IllegalStateException("expected the number " + prefix + name
                        + " in the saved run, found nothing of that name: resume with the version that wrote it");
            }
            return value;
        }

        @Override
        public void array(String name, NDArray into) {
            copy(prefix + name, arrays, into);
        }

        @Override
        public boolean has(String name) {
            return numbers.containsKey(prefix + name) || arrays.containsKey(prefix + name);
        }
    }

    static void copy(String name, Map<String, NDArray> arrays, NDArray into) {
        NDArray saved = arrays.get(name);
        if (saved == null || !saved.getShape().equals(into.getShape()) || saved.getDataType() != into.getDataType()) {
            throw new IllegalStateException("expected " + name + " of shape " + into.getShape() + " and type "
                    + into.getDataType() + " in the saved run, found "
                    + (saved == null ? "nothing of that name" : saved.getShape() + " of type " + saved.getDataType())
                    + ": resume with the model that was saved");
        }
        Copy.into(into, saved);
    }
}
