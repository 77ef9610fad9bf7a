package org.vivace.methods;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.training.GradientCollector;
import org.vivace.contract.SmallTraining;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.EfficientTrainer;
import org.vivace.train.RunSettings;
import org.vivace.train.Sample;

/** A convolution and a classifier, images for them, and steps of a run. */
final class FirstConvolution {

    static final Shape INPUT = new Shape(4, 3, 8, 8);
    static final Shape KERNEL = new Shape(3, 3);

    private FirstConvolution() {}

    static Block net() {
        return new SequentialBlock()
                .add(Conv2d.builder()
                        .setFilters(2)
                        .setKernelShape(KERNEL)
                        .optPadding(new Shape(1, 1))
                        .optBias(false)
                        .build())
                .add(Blocks.batchFlattenBlock())
                .add(Linear.builder().setUnits(3).build());
    }

    static EfficientTrainer trainer(Model model, EfficiencyMethod... methods) {
        RunSettings settings = RunSettings.none().seed(7).steps(4);
        EfficientTrainer trainer =
                new EfficientTrainer(model, SmallTraining.config(SmallTraining.sgd()), settings, methods);
        trainer.initialize(INPUT);
        return trainer;
    }

    static void step(EfficientTrainer trainer, int steps) {
        for (int i = 0; i < steps; i++) {
            try (NDManager batch = trainer.getManager().newSubManager()) {
                Sample sample = images(batch);
                try (GradientCollector collector = trainer.newGradientCollector()) {
                    NDList predictions = trainer.forward(sample.data(), sample.labels());
                    collector.backward(trainer.getLoss().evaluate(sample.labels(), predictions));
                }
                trainer.step();
            }
        }
    }

    /** Smooth in both directions, as pictures are. */
    static Sample images(NDManager owner) {
        return images(owner, 8);
    }

    static Sample large(NDManager owner) {
        return images(owner, 16);
    }

    private static Sample images(NDManager owner, int side) {
        NDArray values = owner.arange(4f * 3 * side * side).mul(0.37f).sin().reshape(4, 3, side, side);
        return new Sample(
                new NDList(values.add(values.cumSum(3).mul(0.3f))), new NDList(owner.create(new long[] {0, 1, 2, 1})));
    }

    static Block first(Model model) {
        return model.getBlock().getChildren().valueAt(0);
    }

    static Parameter weight(Model model) {
        return first(model).getParameters().valueAt(0);
    }
}
