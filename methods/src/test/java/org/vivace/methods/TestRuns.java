package org.vivace.methods;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.dataset.Batch;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.translate.Batchifier;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.function.Function;
import org.vivace.models.Gpt;
import org.vivace.models.TokenLoss;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.EfficientTrainer;
import org.vivace.train.RunSettings;
import org.vivace.train.Sample;

/** Short trainings through DJL's own loop, for the tests of methods. */
final class TestRuns {

    static final int STEPS = 4;

    /**
     * @param weights all parameters of the model after the run, in the model's order
     * @param arraysLeft how many more arrays the model's manager has after the last step than after the first
     */
    record Outcome(float[] weights, int arraysLeft, List<String> log) {}

    private TestRuns() {}

    static Model model(Block block) {
        Model model = Model.newInstance("tiny", Device.cpu(), "PyTorch");
        model.setBlock(block);
        return model;
    }

    /** Random numbers begin anew with it, always the same. */
    static NDManager seededManager() {
        Engine.getEngine("PyTorch").setRandomSeed(1);
        return NDManager.newBaseManager(Device.cpu(), "PyTorch");
    }

    /** What {@link Block#saveParameters} writes. */
    static byte[] saved(Block block) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        block.saveParameters(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    static Gpt gpt(double dropout) {
        return new Gpt(new Gpt.Settings(16, 8, 2, 2, 16, dropout));
    }

    /** Ids (4, 16) that a model can learn, the next one as label. */
    static Sample tokens(NDManager manager) {
        NDArray ids = manager.arange(4 * 16).mul(3).mod(16).toType(DataType.INT64, false);
        NDArray next = ids.add(3).mod(16);
        return new Sample(new NDList(ids.reshape(4, 16)), new NDList(next.reshape(4, 16)));
    }

    static DefaultTrainingConfig config(Optimizer optimizer) {
        return new DefaultTrainingConfig(new TokenLoss())
                .optDevices(new Device[] {Device.cpu()})
                .optOptimizer(optimizer);
    }

    static Optimizer sgd(double momentum) {
        return sgd(0.1, momentum, 0);
    }

    static Optimizer sgd(double rate, double momentum, double decay) {
        return Optimizer.sgd()
                .setLearningRateTracker(Tracker.fixed((float) rate))
                .optMomentum((float) momentum)
                .optWeightDecays((float) decay)
                .build();
    }

    static Outcome train(Block block, Function<NDManager, Sample> data, EfficiencyMethod... methods) {
        try (Model model = model(block)) {
            return train(model, data, sgd(0), methods);
        }
    }

    static Outcome train(
            Model model, Function<NDManager, Sample> data, Optimizer optimizer, EfficiencyMethod... methods) {
        RunSettings settings = RunSettings.none().seed(7).steps(STEPS);
        try (EfficientTrainer trainer = new EfficientTrainer(model, config(optimizer), settings, methods)) {
            NDManager manager = model.getNDManager();
            Shape input;
            try (NDManager probe = manager.newSubManager()) {
                input = data.apply(probe).data().head().getShape();
            }
            trainer.initialize(input);
            int before = 0;
            for (int step = 0; step < STEPS; step++) {
                try (Batch batch = batch(manager.newSubManager(), data)) {
                    EasyTrain.trainBatch(trainer, batch);
                    trainer.step();
                }
                if (step == 0) {
                    before = manager.getManagedArrays().size();
                }
            }
            int left = manager.getManagedArrays().size() - before;
            return new Outcome(weights(model), left, trainer.run().log());
        }
    }

    private static Batch batch(NDManager manager, Function<NDManager, Sample> data) {
        Sample sample = data.apply(manager);
        return new Batch(manager, sample.data(), sample.labels(), 4, Batchifier.STACK, Batchifier.STACK, 1, STEPS);
    }

    static float[] weights(Model model) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            NDList flat = new NDList();
            model.getBlock().getParameters().forEach(pair -> {
                NDArray values = pair.getValue().getArray().flatten();
                values.attach(manager);
                flat.add(values);
            });
            return NDArrays.concat(flat).toFloatArray();
        }
    }

    /** The largest difference between two values; AssertJ's own comparison of long arrays takes minutes to fail. */
    static double farthest(float[] one, float[] other) {
        double farthest = 0;
        for (int i = 0; i < Math.max(one.length, other.length); i++) {
            double difference = Math.abs(one[i] - other[i]);
            if (Double.isNaN(difference)) {
                return Double.POSITIVE_INFINITY;
            }
            farthest = Math.max(farthest, difference);
        }
        return farthest;
    }

    /** The Euclidean distance. */
    static double distance(float[] one, float[] other) {
        double sum = 0;
        for (int i = 0; i < Math.max(one.length, other.length); i++) {
            sum += Math.pow(one[i] - other[i], 2);
        }
        return Math.sqrt(sum);
    }
}
