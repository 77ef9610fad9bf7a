package com.acme;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.util.List;
import java.util.Optional;
import org.vivace.bench.Described;
import org.vivace.bench.Workload;

/** A workload of sizes, which become options. */
public record Dense(
        @Described("Numbers in a row.") int width,

        @Described(value = "Units of the hidden layer.", label = "UNITS")
        int hiddenUnits,

        int batch)
        implements Workload {

    public Dense {
        if (width < 1) {
            throw new IllegalArgumentException("--width must be at least 1, got " + width + ": give a larger one");
        }
    }

    public Dense() {
        this(8, 16, 4);
    }

    @Override
    public String name() {
        return "dense";
    }

    @Override
    public Block newBlock() {
        return new SequentialBlock()
                .add(Linear.builder().setUnits(hiddenUnits).build())
                .add(Activation.reluBlock())
                .add(Linear.builder().setUnits(Parts.CLASSES).build());
    }

    @Override
    public List<Shape> inputs() {
        return List.of(new Shape(batch, width));
    }

    @Override
    public Loss loss() {
        return Parts.loss();
    }

    @Override
    public Optimizer optimizer(Tracker learningRate) {
        return Parts.adam(learningRate);
    }

    @Override
    public Dataset train() {
        return Parts.dataset(new Shape(4L * batch, width), batch);
    }

    @Override
    public Optional<Dataset> validation() {
        return Optional.of(Parts.dataset(new Shape(2L * batch, width), batch));
    }
}
