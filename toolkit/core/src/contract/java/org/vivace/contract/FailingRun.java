package org.vivace.contract;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.EfficientTrainer;
import org.vivace.train.Sample;

/** Places at which a user's code throws in the second step of a training. */
enum FailingRun {
    FORWARD,
    LOSS,
    BETWEEN_FORWARD_AND_BACKWARD,
    BETWEEN_BACKWARD_AND_STEP;

    /** The exception to throw. */
    static final class Planted extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** Trains until it throws, and closes trainer and model as try-with-resources does. */
    void train(SmallModel small, MethodRow row, EfficiencyMethod... recipe) {
        boolean[] throwsNow = new boolean[1];
        try (Model model = small.open()) {
            model.setBlock(withTrap(model.getBlock(), throwsNow));
            try (Trainer trainer = new EfficientTrainer(model, Faces.config(row), Faces.settings(), recipe)) {
                trainer.initialize(small.inputs());
                for (int step = 0; step < Faces.STEPS; step++) {
                    try (NDManager manager = model.getNDManager().newSubManager()) {
                        step(trainer, small.batch(manager, step), step == 1, throwsNow);
                    }
                }
            }
        }
    }

    private void step(Trainer trainer, Sample sample, boolean fails, boolean[] throwsNow) {
        try (GradientCollector collector = trainer.newGradientCollector()) {
            throwsNow[0] = fails && this == FORWARD;
            NDList labels = new NDList(sample.labels());
            NDList predictions = trainer.forward(sample.data(), labels);
            failIf(fails && this == LOSS);
            NDArray loss = trainer.getLoss().evaluate(labels, predictions);
            failIf(fails && this == BETWEEN_FORWARD_AND_BACKWARD);
            collector.backward(loss);
        }
        failIf(fails && this == BETWEEN_BACKWARD_AND_STEP);
        trainer.step();
    }

    private static void failIf(boolean planted) {
        if (planted) {
            throw new Planted();
        }
    }

    /** The model followed by a block that can throw, in one sequence. */
    private static Block withTrap(Block root, boolean[] throwsNow) {
        LambdaBlock trap = new LambdaBlock(list -> {
            failIf(throwsNow[0]);
            return list;
        });
        SequentialBlock trapped = new SequentialBlock();
        if (root instanceof SequentialBlock) {
            root.getChildren().values().forEach(trapped::add);
        } else {
            trapped.add(root);
        }
        return trapped.add(trap);
    }
}
