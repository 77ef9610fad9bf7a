package org.vivace.torch;

/** Scaled dot-product attention in fp64, as the formula has it. */
record AttentionReference(int rows, int time, int width) {

    /** Which key a query may see. */
    interface Sight {
        boolean sees(int query, int key);
    }

    /**
     * softmax(q kᵀ / √width) v.
     *
     * @param q rows × time × width values, a row being one head of one example, like {@code k} and {@code v}
     */
    double[] forward(double[] q, double[] k, double[] v, Sight sight) {
        double[] out = new double[rows * time * width];
        for (int r = 0; r < rows; r++) {
            for (int i = 0; i < time; i++) {
                double[] weights = weights(q, k, r, i, sight);
                for (int j = 0; j < time; j++) {
                    for (int c = 0; c < width; c++) {
                        out[at(r, i, c)] += weights[j] * v[at(r, j, c)];
                    }
                }
            }
        }
        return out;
    }

    private double[] weights(double[] q, double[] k, int r, int i, Sight sight) {
        double[] weights = new double[time];
        double sum = 0;
        for (int j = 0; j < time; j++) {
            double score = 0;
            for (int c = 0; c < width; c++) {
                score += q[at(r, i, c)] * k[at(r, j, c)];
            }
            weights[j] = sight.sees(i, j) ? Math.exp(score / Math.sqrt(width)) : 0;
            sum += weights[j];
        }
        for (int j = 0; j < time; j++) {
            weights[j] /= sum;
        }
        return weights;
    }

    private int at(int r, int i, int c) {
        return (r * time + i) * width + c;
    }
}
