package org.vivace.bench;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.util.List;

/** Rows under another name, for classes whose constructors differ. */
abstract class Delegating implements Workload {

    private final Rows rows = new Rows();
    private final String name;

    Delegating(String name) {
        this.name = name;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Block newBlock() {
        return rows.newBlock();
    }

    @Override
    public List<Shape> inputs() {
        return rows.inputs();
    }

    @Override
    public Loss loss() {
        return rows.loss();
    }

    @Override
    public Optimizer optimizer(Tracker learningRate) {
        return rows.optimizer(learningRate);
    }

    @Override
    public Dataset train() {
        return rows.train();
    }
}
