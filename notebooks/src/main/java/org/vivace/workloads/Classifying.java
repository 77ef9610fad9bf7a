package org.vivace.workloads;

import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import org.vivace.bench.Workload;
import org.vivace.models.TokenLoss;

/** A workload whose model chooses among classes: of a text, of an image, or of the next byte of a text. */
interface Classifying extends Workload {

    @Override
    default Loss loss() {
        return new TokenLoss();
    }

    @Override
    default Optimizer optimizer(Tracker learningRate) {
        return Optimizer.adam().optLearningRateTracker(learningRate).build();
    }
}
