package org.vivace.methods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.LayerNorm;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.TrainingConfig;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Batch;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.EfficientTrainer;

/** Twenty steps of DJL's own loop on a small network with a hidden layer and a norm, from one seed. */
final class Regression {

    private Regression() {}

    /** The method does in DJL's loop what DJL's optimizer does, to rounding. */
    static void assertDoesWhatDjlDoes(Supplier<Optimizer> optimizer, EfficiencyMethod method) throws Exception {
        double[] expected = weights(optimizer.get(), Model::newTrainer);
        double[] actual = weights(optimizer.get(), (model, config) -> new EfficientTrainer(model, config, method));
        assertThat(actual).containsExactly(expected, within(1e-5));
    }

    /** @return all weights after the training, one after the other */
    private static double[] weights(Optimizer optimizer, BiFunction<Model, TrainingConfig, Trainer> trainers)
            throws Exception {
        Engine.getEngine("PyTorch").setRandomSeed(7);
        try (Model model = Model.newInstance("regression", Device.cpu(), "PyTorch")) {
            model.setBlock(new SequentialBlock()
                    .add(Linear.builder().setUnits(16).build())
                    .add(LayerNorm.builder().axis(1).build())
                    .add(Activation::relu)
                    .add(Linear.builder().setUnits(3).build()));
            DefaultTrainingConfig config = new DefaultTrainingConfig(Loss.l2Loss())
                    .optOptimizer(optimizer)
                    .optDevices(new Device[] {Device.cpu()});
            try (Trainer trainer = trainers.apply(model, config)) {
                trainer.initialize(new Shape(8, 6));
                ArrayDataset data = data(model.getNDManager());
                for (int epoch = 0; epoch < 5; epoch++) {
                    for (Batch batch : trainer.iterateDataset(data)) {
                        EasyTrain.trainBatch(trainer, batch);
                        trainer.step();
                        batch.close();
                    }
                }
            }
            NDList flat = new NDList();
            model.getBlock()
                    .getParameters()
                    .forEach(pair -> flat.add(pair.getValue().getArray().flatten()));
            float[] values = NDArrays.concat(flat).toFloatArray();
            double[] weights = new double[values.length];
            for (int i = 0; i < weights.length; i++) {
                weights[i] = values[i];
            }
            return weights;
        }
    }

    private static ArrayDataset data(NDManager manager) {
        return new ArrayDataset.Builder()
                .setData(manager.randomNormal(new Shape(32, 6)))
                .optLabels(manager.randomNormal(new Shape(32, 3)))
                .setSampling(8, false)
                .build();
    }
}
