package org.vivace.contract;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.norm.Dropout;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Batch;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.translate.Batchifier;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.vivace.models.Gpt;
import org.vivace.models.TokenLoss;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.EfficientTrainer;
import org.vivace.train.RunSettings;
import org.vivace.train.Sample;
import org.vivace.train.Training;
import org.vivace.train.TrainingRecord;

/** What tests of one behavior train: blocks, data and settings on the CPU with which a step takes a millisecond. */
public final class SmallTraining {

    /** The number of steps of {@link #train}. */
    public static final int STEPS = 4;

    /** The number of batches of {@link #points(NDManager, boolean)} and {@link #text}. */
    public static final int BATCHES = 6;

    /** A batch of {@link #points(NDManager, boolean)}. */
    public static final Shape POINTS = new Shape(4, 5);

    /** A batch of {@link #text}. */
    public static final Shape IDS = new Shape(4, 8);

    /**
     * The result of {@link #train}.
     *
     * @param weights of all parameters, in the model's order
     * @param arraysLeft how many more arrays the model's manager has after the last step than after the first
     */
    public record Result(float[] weights, int arraysLeft, List<String> log) {}

    private SmallTraining() {}

    /** The caller closes it. */
    public static Model model(Block block) {
        Model model = Model.newInstance("small", Device.cpu(), "PyTorch");
        model.setBlock(block);
        return model;
    }

    /** 5 numbers to 3 classes through one hidden layer of 7 units. */
    public static SequentialBlock mlp(double dropout) {
        return new SequentialBlock()
                .add(SmallModel.linear(7))
                .add(Activation.tanhBlock())
                .add(Dropout.builder().optRate((float) dropout).build())
                .add(SmallModel.linear(3));
    }

    /** 5 numbers to 3 classes through two hidden layers of 7 units. */
    public static SequentialBlock deep() {
        return new SequentialBlock()
                .add(SmallModel.linear(7))
                .add(Activation.tanhBlock())
                .add(SmallModel.linear(7))
                .add(Activation.tanhBlock())
                .add(SmallModel.linear(3));
    }

    /** Two layers of width 8 for up to 16 of 16 ids. */
    public static Gpt gpt(double dropout) {
        return new Gpt(new Gpt.Settings(16, 8, 2, 2, 16, dropout));
    }

    /** Six batches of four points each, always the same, in random order if {@code shuffled}. */
    public static ArrayDataset points(NDManager manager, boolean shuffled) {
        return points(manager, BATCHES * 4, shuffled);
    }

    public static ArrayDataset points(NDManager manager, int size, boolean shuffled) {
        NDArray index = manager.arange(size * 5f).reshape(size, 5);
        return new ArrayDataset.Builder()
                .setData(index.mul(0.7f).sin())
                .optLabels(manager.arange(size).mod(3).toType(DataType.FLOAT32, false))
                .setSampling(4, shuffled)
                .build();
    }

    /** Six batches of four sequences of eight ids each; the labels are the ids. */
    public static ArrayDataset text(NDManager manager, boolean shuffled) {
        int size = BATCHES * 4;
        NDArray ids = manager.arange(size * 8).mul(7).mod(16).reshape(size, 8).toType(DataType.INT64, false);
        return new ArrayDataset.Builder()
                .setData(ids)
                .optLabels(ids)
                .setSampling(4, shuffled)
                .build();
    }

    /** Ids (4, 16) that a model can learn, the next one as label. */
    public static Sample tokens(NDManager manager) {
        NDArray ids = manager.arange(4 * 16).mul(3).mod(16).toType(DataType.INT64, false);
        NDArray next = ids.add(3).mod(16);
        return new Sample(new NDList(ids.reshape(4, 16)), new NDList(next.reshape(4, 16)));
    }

    /** Seeds DJL's random numbers, and returns a manager of its own. */
    public static NDManager seededManager() {
        Engine.getEngine("PyTorch").setRandomSeed(1);
        return NDManager.newBaseManager(Device.cpu(), "PyTorch");
    }

    /** The loss of {@link #points(NDManager, boolean)}. */
    public static Loss classes() {
        return Loss.softmaxCrossEntropyLoss();
    }

    /** With {@link TokenLoss}. */
    public static DefaultTrainingConfig config(Optimizer optimizer) {
        return config(new TokenLoss(), optimizer);
    }

    public static DefaultTrainingConfig config(Loss loss, Optimizer optimizer) {
        return new DefaultTrainingConfig(loss)
                .optDevices(new Device[] {Device.cpu()})
                .optOptimizer(optimizer);
    }

    public static Optimizer adam() {
        return Optimizer.adam().optLearningRateTracker(Tracker.fixed(0.01f)).build();
    }

    public static Optimizer sgd(Tracker rate) {
        return Optimizer.sgd().setLearningRateTracker(rate).build();
    }

    /** At rate 0.1, without momentum. */
    public static Optimizer sgd() {
        return sgd(0.1, 0, 0);
    }

    public static Optimizer sgd(double rate, double momentum, double decay) {
        return Optimizer.sgd()
                .setLearningRateTracker(Tracker.fixed((float) rate))
                .optMomentum((float) momentum)
                .optWeightDecays((float) decay)
                .build();
    }

    /** DJL's own optimizers whose state can be saved. */
    public static Stream<Function<Tracker, Optimizer>> optimizers() {
        return Stream.of(
                rate -> Optimizer.adam().optLearningRateTracker(rate).build(),
                rate -> Optimizer.adamW().optLearningRateTracker(rate).build(),
                rate -> Optimizer.sgd()
                        .setLearningRateTracker(rate)
                        .optMomentum(0.9f)
                        .build());
    }

    /** What {@link Block#saveParameters} writes. */
    public static byte[] saved(Block block) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        block.saveParameters(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    /** Of a model for {@link #points(NDManager, boolean)}. */
    public static Training training(Model model) {
        return Training.of(model).input(POINTS).loss(classes()).learningRate(0.01);
    }

    /** Interrupts the thread that trains, after the step of this number. */
    public static Consumer<TrainingRecord.Point> interruptAfter(long step) {
        return point -> {
            if (point.step() == step) {
                Thread.currentThread().interrupt();
            }
        };
    }

    /** Trains {@value #STEPS} steps on the same batch through DJL's own loop, by {@link TokenLoss} and SGD. */
    public static Result train(Block block, Function<NDManager, Sample> data, EfficiencyMethod... methods) {
        try (Model model = model(block)) {
            return train(model, data, sgd(), methods);
        }
    }

    public static Result train(
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
            return new Result(Weights.of(model).values(), left, trainer.run().log());
        }
    }

    private static Batch batch(NDManager manager, Function<NDManager, Sample> data) {
        Sample sample = data.apply(manager);
        return new Batch(manager, sample.data(), sample.labels(), 4, Batchifier.STACK, Batchifier.STACK, 1, STEPS);
    }
}
