package org.vivace.contract;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.util.Arrays;

/** All values of a model's parameters, in the order of its parameters. */
record Weights(float[] values) {

    static Weights of(Model model) {
        float[] all = new float[0];
        for (var parameter : model.getBlock().getParameters().values()) {
            float[] one = numbers(parameter.getArray());
            int from = all.length;
            all = Arrays.copyOf(all, from + one.length);
            System.arraycopy(one, 0, all, from, one.length);
        }
        return new Weights(all);
    }

    static float[] numbers(NDArray array) {
        if (array.getDataType() == DataType.FLOAT32) {
            return array.toFloatArray();
        }
        try (NDArray single = array.toType(DataType.FLOAT32, true)) {
            return single.toFloatArray();
        }
    }

    boolean finite() {
        for (float value : values) {
            if (!Float.isFinite(value)) {
                return false;
            }
        }
        return true;
    }

    /** The Euclidean distance; infinite if one is not finite or has another length. */
    double distance(Weights other) {
        if (values.length != other.values.length) {
            return Double.POSITIVE_INFINITY;
        }
        double sum = 0;
        for (int i = 0; i < values.length; i++) {
            sum += Math.pow((double) values[i] - other.values[i], 2);
        }
        return Double.isNaN(sum) ? Double.POSITIVE_INFINITY : Math.sqrt(sum);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Weights weights && Arrays.equals(values, weights.values);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(values);
    }

    /** Short: a failed test would print every number. */
    @Override
    public String toString() {
        return values.length + " weights with hash " + Integer.toHexString(hashCode());
    }
}
