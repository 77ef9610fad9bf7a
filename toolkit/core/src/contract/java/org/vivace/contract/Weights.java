package org.vivace.contract;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Parameter;
import java.util.Arrays;
import java.util.List;

/** All values of a model's parameters, in the order of its parameters. */
public record Weights(float[] values) {

    public static Weights of(Model model) {
        return of(model.getBlock().getParameters().values());
    }

    /** Without frozen ones and running statistics. */
    static Weights trained(Model model) {
        return of(model.getBlock().getParameters().values().stream()
                .filter(Parameter::requiresGradient)
                .toList());
    }

    private static Weights of(List<Parameter> parameters) {
        float[] all = new float[0];
        for (Parameter parameter : parameters) {
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

    /** The Euclidean length. */
    double length() {
        return distance(values, new float[values.length]);
    }

    double distance(Weights other) {
        return distance(values, other.values);
    }

    /** The Euclidean distance; infinite if a number is not finite or the lengths differ. */
    public static double distance(float[] one, float[] other) {
        if (one.length != other.length) {
            return Double.POSITIVE_INFINITY;
        }
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += Math.pow((double) one[i] - other[i], 2);
        }
        return Double.isNaN(sum) ? Double.POSITIVE_INFINITY : Math.sqrt(sum);
    }

    /**
     * The largest difference between two numbers at the same index; infinite if a number is not finite or the lengths
     * differ. AssertJ's own comparison of long arrays takes minutes to fail.
     */
    public static double farthest(float[] one, float[] other) {
        if (one.length != other.length) {
            return Double.POSITIVE_INFINITY;
        }
        double farthest = 0;
        for (int i = 0; i < one.length; i++) {
            double difference = Math.abs((double) one[i] - other[i]);
            farthest = Double.isNaN(difference) ? Double.POSITIVE_INFINITY : Math.max(farthest, difference);
        }
        return farthest;
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
