package org.vivace.torch;

import java.util.Arrays;
import java.util.Random;
import java.util.function.UnaryOperator;

/** A matrix in fp64, row by row, and the few operations that references need. */
record Matrix(int rows, int columns, double[] values) {

    static Matrix of(int rows, int columns, double[] values) {
        return new Matrix(rows, columns, values);
    }

    static Matrix random(int rows, int columns, long seed) {
        Random random = new Random(seed);
        double[] values = new double[rows * columns];
        Arrays.setAll(values, i -> random.nextGaussian());
        return new Matrix(rows, columns, values);
    }

    double at(int row, int column) {
        return values[row * columns + column];
    }

    Matrix times(Matrix right) {
        double[] product = new double[rows * right.columns];
        for (int i = 0; i < rows; i++) {
            for (int k = 0; k < columns; k++) {
                for (int j = 0; j < right.columns; j++) {
                    product[i * right.columns + j] += at(i, k) * right.at(k, j);
                }
            }
        }
        return new Matrix(rows, right.columns, product);
    }

    Matrix transposed() {
        double[] turned = new double[values.length];
        Arrays.setAll(turned, i -> at(i % rows, i / rows));
        return new Matrix(columns, rows, turned);
    }

    Matrix times(double factor) {
        return new Matrix(
                rows,
                columns,
                Arrays.stream(values).map(value -> factor * value).toArray());
    }

    Matrix plus(Matrix other, double factor) {
        double[] sum = new double[values.length];
        Arrays.setAll(sum, i -> values[i] + factor * other.values[i]);
        return new Matrix(rows, columns, sum);
    }

    /** Cut into parts of equal height, each changed by itself. */
    Matrix inParts(int parts, UnaryOperator<Matrix> change) {
        double[] all = new double[values.length];
        int size = values.length / parts;
        for (int part = 0; part < parts; part++) {
            double[] cut = Arrays.copyOfRange(values, part * size, (part + 1) * size);
            System.arraycopy(change.apply(new Matrix(rows / parts, columns, cut)).values, 0, all, part * size, size);
        }
        return new Matrix(rows, columns, all);
    }

    double norm() {
        return Math.sqrt(dot(values, values));
    }

    /** X / |X|, then so often aX + b(XXᵀ)X + c(XXᵀ)²X. */
    Matrix newtonSchulz(int steps) {
        Matrix x = times(
                1 / Math.sqrt(Arrays.stream(values).map(value -> value * value).sum()));
        for (int i = 0; i < steps; i++) {
            Matrix once = x.times(x.transposed()).times(x);
            Matrix twice = x.times(x.transposed()).times(once);
            x = x.times(3.4445).plus(once, -4.7750).plus(twice, 2.0315);
        }
        return x;
    }

    /** By rotating pairs of rows until all are orthogonal (Hestenes 1958); as many as there are rows. */
    double[] singularValues() {
        double[][] row = new double[rows][];
        Arrays.setAll(row, i -> Arrays.copyOfRange(values, i * columns, (i + 1) * columns));
        for (int sweep = 0; sweep < 30; sweep++) {
            for (int i = 0; i < rows; i++) {
                for (int j = i + 1; j < rows; j++) {
                    rotate(row[i], row[j]);
                }
            }
        }
        return Arrays.stream(row)
                .mapToDouble(each -> Math.sqrt(dot(each, each)))
                .toArray();
    }

    private static void rotate(double[] one, double[] other) {
        double angle = 0.5 * Math.atan2(2 * dot(one, other), dot(one, one) - dot(other, other));
        double cos = Math.cos(angle);
        double sin = Math.sin(angle);
        for (int k = 0; k < one.length; k++) {
            double kept = one[k];
            one[k] = cos * kept + sin * other[k];
            other[k] = cos * other[k] - sin * kept;
        }
    }

    private static double dot(double[] one, double[] other) {
        double sum = 0;
        for (int k = 0; k < one.length; k++) {
            sum += one[k] * other[k];
        }
        return sum;
    }

    double farthest(Matrix other) {
        return TorchTest.worst(values, other.values);
    }

    float[] floats() {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }
}
