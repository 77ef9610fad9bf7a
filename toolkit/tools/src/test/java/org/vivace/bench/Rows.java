package org.vivace.bench;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.core.Linear;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** A dense layer on rows of numbers, a workload as a user might write it: sizes of every type that sizes may have. */
public record Rows(
        @Described("Numbers in a row.") int width,
        int batch,

        @Described(value = "Rows to evaluate on.", label = "ROWS")
        int heldOut,

        double noise,
        long seed,
        boolean biased,
        String data)
        implements Workload {

    private static final NDManager ARRAYS = NDManager.newBaseManager(Device.cpu(), "PyTorch");

    public Rows {
        if (width < 1) {
            throw new IllegalArgumentException("--width must be at least 1, got " + width + ": give a larger one");
        }
    }

    public Rows() {
        this(4, 8, 16, 0.1, 7, true, "drawn");
    }

    /** So many rows with what a dense layer can learn of them. */
    static ArrayDataset rows(int count, int width, int batch, double noise, long seed) {
        Random random = new Random(seed);
        float[] numbers = new float[count * width];
        float[] wanted = new float[count];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) random.nextGaussian();
            wanted[i / width] += numbers[i];
        }
        for (int i = 0; i < count; i++) {
            wanted[i] += (float) (noise * random.nextGaussian());
        }
        return new ArrayDataset.Builder()
                .setData(ARRAYS.create(numbers, new Shape(count, width)))
                .optLabels(ARRAYS.create(wanted, new Shape(count, 1)))
                .setSampling(batch, false)
                .build();
    }

    @Override
    public String name() {
        return "rows";
    }

    @Override
    public Block newBlock() {
        return Linear.builder().setUnits(1).optBias(biased).build();
    }

    @Override
    public List<Shape> inputs() {
        return List.of(new Shape(batch, width));
    }

    @Override
    public Loss loss() {
        return Loss.l2Loss();
    }

    @Override
    public Optimizer optimizer(Tracker learningRate) {
        return Optimizer.adam().optLearningRateTracker(learningRate).build();
    }

    @Override
    public Dataset train() {
        return rows(4 * batch, width, batch, noise, seed);
    }

    @Override
    public Optional<Dataset> validation() {
        return Optional.of(rows(heldOut, width, batch, noise, seed + 1));
    }
}
