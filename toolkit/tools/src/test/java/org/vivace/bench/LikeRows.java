package org.vivace.bench;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.util.List;

/** Rows under another name, for classes whose constructors differ. */
interface LikeRows extends Workload {

    Rows ROWS = new Rows();

    @Override
    default Block newBlock() {
        return ROWS.newBlock();
    }

    @Override
    default List<Shape> inputs() {
        return ROWS.inputs();
    }

    @Override
    default Loss loss() {
        return ROWS.loss();
    }

    @Override
    default Optimizer optimizer(Tracker learningRate) {
        return ROWS.optimizer(learningRate);
    }

    @Override
    default Dataset train() {
        return ROWS.train();
    }
}
