package org.vivace.train;

import ai.djl.Model;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.evaluator.Accuracy;
import java.util.List;
import java.util.function.UnaryOperator;
import org.vivace.contract.SmallTraining;
import org.vivace.contract.Weights;
import org.vivace.train.TrainingRecord.Point;

/** A run that is stopped after some step, in a process of its own as it were, and what it comes to. */
final class StoppedRun {

    static final int STEPS = 16; // of 6 an epoch

    private StoppedRun() {}

    /** What one must find equal. */
    record Outcome(Weights weights, List<Double> losses, List<Double> testLosses) {}

    static Block block() {
        return new SequentialBlock().add(BatchNorm.builder().build()).add(SmallTraining.mlp(0.4));
    }

    static Training training(Model model) {
        return SmallTraining.training(model)
                .seed(9)
                .steps(STEPS)
                .evaluateEvery(4)
                .measuring(new Accuracy());
    }

    /** One process: a new model and data, as many steps as it is left. */
    static TrainingRecord process(UnaryOperator<Training> change, long interruptAfter, Weights[] weights)
            throws Exception {
        try (Model model = SmallTraining.model(block())) {
            ArrayDataset data = SmallTraining.points(model.getNDManager(), true);
            TrainingRecord record = change.apply(training(model))
                    .onStep(SmallTraining.interruptAfter(interruptAfter))
                    .fit(data, data);
            Thread.interrupted();
            weights[0] = Weights.of(model);
            return record;
        }
    }

    static Outcome whole(UnaryOperator<Training> change) throws Exception {
        Weights[] weights = new Weights[1];
        return outcome(process(change, -1, weights), weights);
    }

    static Outcome outcome(TrainingRecord record, Weights[] weights) {
        return new Outcome(
                weights[0],
                record.curve().stream().map(Point::loss).toList(),
                record.evaluations().stream()
                        .map(TrainingRecord.Evaluation::loss)
                        .toList());
    }
}
