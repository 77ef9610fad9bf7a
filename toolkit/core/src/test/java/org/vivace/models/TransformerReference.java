package org.vivace.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Block;
import java.util.Iterator;
import java.util.function.BiPredicate;

/**
 * The pieces of a transformer's forward in plain Java and double precision, one sequence at a time; each takes its
 * parameters from the model in the model's order.
 */
final class TransformerReference {

    private static final double EPSILON = 1e-5f;

    private final int width;
    private final int heads;
    private final Iterator<NDArray> parameters;

    TransformerReference(Block model, int width, int heads) {
        this.width = width;
        this.heads = heads;
        parameters = model.getParameters().values().stream()
                .map(parameter -> parameter.getArray())
                .iterator();
    }

    /** Token and position vectors of the ids, (time, width). */
    double[][] embed(long[] ids) {
        double[][] tokens = matrix();
        double[][] positions = matrix();
        double[][] x = new double[ids.length][];
        for (int t = 0; t < ids.length; t++) {
            x[t] = add(tokens[(int) ids[t]], positions[t]);
        }
        return x;
    }

    /** {@code x + attention(norm(x))}, then {@code x + feedForward(norm(x))}. */
    double[][] layer(double[][] x, BiPredicate<Integer, Integer> sees) {
        double[][] y = add(x, attention(norm(x), sees));
        return add(y, feedForward(norm(y)));
    }

    /** Self-attention of one sequence, in which position t sees s where {@code sees} says so. */
    private double[][] attention(double[][] x, BiPredicate<Integer, Integer> sees) {
        double[][] qkv = linear(x);
        int size = width / heads;
        double[][] mixed = new double[x.length][width];
        for (int head = 0; head < heads; head++) {
            int q = head * size;
            int k = width + q;
            int v = 2 * width + q;
            for (int t = 0; t < x.length; t++) {
                double[] weights = new double[x.length];
                double sum = 0;
                for (int s = 0; s < x.length; s++) {
                    if (sees.test(t, s)) {
                        double dot = 0;
                        for (int i = 0; i < size; i++) {
                            dot += qkv[t][q + i] * qkv[s][k + i];
                        }
                        weights[s] = Math.exp(dot / Math.sqrt(size));
                        sum += weights[s];
                    }
                }
                for (int s = 0; s < x.length; s++) {
                    for (int i = 0; i < size; i++) {
                        mixed[t][q + i] += weights[s] / sum * qkv[s][v + i];
                    }
                }
            }
        }
        return linear(mixed);
    }

    private double[][] feedForward(double[][] x) {
        double[][] hidden = linear(x);
        for (double[] row : hidden) {
            for (int i = 0; i < row.length; i++) {
                row[i] *= 0.5 * (1 + erf(row[i] / Math.sqrt(2)));
            }
        }
        return linear(hidden);
    }

    double[][] norm(double[][] x) {
        double[] gamma = vector();
        double[] beta = vector();
        double[][] result = new double[x.length][gamma.length];
        for (int t = 0; t < x.length; t++) {
            double mean = 0;
            double square = 0;
            for (double value : x[t]) {
                mean += value / gamma.length;
            }
            for (double value : x[t]) {
                square += (value - mean) * (value - mean) / gamma.length;
            }
            for (int i = 0; i < gamma.length; i++) {
                result[t][i] = (x[t][i] - mean) / Math.sqrt(square + EPSILON) * gamma[i] + beta[i];
            }
        }
        return result;
    }

    double[][] linear(double[][] x) {
        double[][] result = times(x, matrix());
        double[] bias = vector();
        for (int t = 0; t < result.length; t++) {
            result[t] = add(result[t], bias);
        }
        return result;
    }

    /** Maclaurin series, exact to double precision for |x| below 5. */
    private static double erf(double x) {
        if (Math.abs(x) >= 5) {
            return Math.signum(x);
        }
        double term = x;
        double sum = x;
        for (int n = 1; n < 200; n++) {
            term *= -x * x / n;
            sum += term / (2 * n + 1);
        }
        return 2 / Math.sqrt(Math.PI) * sum;
    }

    static double[][] times(double[][] x, double[][] weight) {
        double[][] result = new double[x.length][weight.length];
        for (int t = 0; t < x.length; t++) {
            for (int out = 0; out < weight.length; out++) {
                for (int in = 0; in < weight[out].length; in++) {
                    result[t][out] += x[t][in] * weight[out][in];
                }
            }
        }
        return result;
    }

    private static double[][] add(double[][] a, double[][] b) {
        double[][] result = new double[a.length][];
        for (int t = 0; t < a.length; t++) {
            result[t] = add(a[t], b[t]);
        }
        return result;
    }

    private static double[] add(double[] a, double[] b) {
        double[] result = a.clone();
        for (int i = 0; i < a.length; i++) {
            result[i] += b[i];
        }
        return result;
    }

    private double[] vector() {
        return values(parameters.next());
    }

    double[][] matrix() {
        NDArray array = parameters.next();
        double[] values = values(array);
        int columns = (int) array.getShape().get(1);
        double[][] rows = new double[(int) array.getShape().get(0)][columns];
        for (int i = 0; i < values.length; i++) {
            rows[i / columns][i % columns] = values[i];
        }
        return rows;
    }

    private static double[] values(NDArray array) {
        try (NDArray wide = array.toType(DataType.FLOAT64, true)) {
            return wide.toDoubleArray();
        }
    }
}
