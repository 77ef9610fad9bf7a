package org.vivace.workloads;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.training.dataset.Batch;
import java.util.Arrays;
import org.vivace.datasets.ResumableDataset;

/**
 * The length of the longest text of a batch, over all batches drawn from some texts without replacement with equal
 * probability.
 *
 * @param mean of the length
 * @param meanSquare mean of its square
 */
record LongestOfBatch(double mean, double meanSquare) {

    /**
     * With the n lengths in ascending order, the k-th is the longest of a batch of b with the probability
     * C(k-1, b-1) / C(n, b).
     *
     * @param lengths at least one
     * @param batch at least 1; more than the number of texts draws all of them
     */
    static LongestOfBatch of(int[] lengths, int batch) {
        int[] sorted = lengths.clone();
        Arrays.sort(sorted);
        int n = sorted.length;
        int drawn = Math.min(batch, n);
        double mean = 0;
        double meanSquare = 0;
        double share = (double) drawn / n;
        // From the longest text down: C(k-2, b-1) is C(k-1, b-1) · (k-b) / (k-1).
        for (int k = n; k >= drawn; k--) {
            double length = sorted[k - 1];
            mean += share * length;
            meanSquare += share * length * length;
            share *= (double) (k - drawn) / Math.max(1, k - 1);
        }
        return new LongestOfBatch(mean, meanSquare);
    }

    /** The lengths of texts that are served one by one: the time axis of each batch's data. */
    static int[] lengths(ResumableDataset oneByOne) {
        int[] lengths = new int[oneByOne.batches()];
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            int i = 0;
            for (Batch batch : oneByOne.from(manager, 0)) {
                lengths[i++] = Math.toIntExact(batch.getData().head().getShape().get(1));
                batch.close();
            }
        }
        return lengths;
    }
}
