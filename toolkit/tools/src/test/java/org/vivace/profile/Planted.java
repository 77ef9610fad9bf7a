package org.vivace.profile;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.ParameterStore;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.listener.TrainingListenerAdapter;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.translate.TranslateException;
import ai.djl.util.PairList;
import ai.djl.util.Progress;
import java.io.IOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.function.UnaryOperator;

/** Models, data and listeners of which it is known where their time goes. */
final class Planted {

    static final Shape INPUT = new Shape(4, 5);

    private Planted() {}

    /** Uses the processor for that long. */
    static void spin(double millis) {
        long end = System.nanoTime() + (long) (millis * 1e6);
        while (System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }

    /** A block without weights. */
    static Block block(UnaryOperator<NDList> forward) {
        return new AbstractBlock((byte) 1) {
            @Override
            protected NDList forwardInternal(
                    ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
                return forward.apply(inputs);
            }

            @Override
            public Shape[] getOutputShapes(Shape[] inputShapes) {
                return inputShapes;
            }
        };
    }

    static Block slow(double millis) {
        return block(inputs -> {
            spin(millis);
            return inputs;
        });
    }

    /** 5 numbers to 3 classes through one hidden layer, with a block of the test's in the middle. */
    static SequentialBlock mlp(Block middle) {
        return new SequentialBlock()
                .add(Linear.builder().setUnits(7).build())
                .add(Activation.tanhBlock())
                .add(middle)
                .add(Linear.builder().setUnits(3).build());
    }

    static Model model(Block block) {
        Model model = Model.newInstance("planted", Device.cpu(), "PyTorch");
        model.setBlock(block);
        return model;
    }

    static DefaultTrainingConfig config() {
        return new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
                .optDevices(new Device[] {Device.cpu()})
                .optOptimizer(Optimizer.adam()
                        .optLearningRateTracker(Tracker.fixed(0.01f))
                        .build());
    }

    static Trainer trainer(Model model) {
        Trainer trainer = model.newTrainer(config());
        trainer.initialize(INPUT);
        return trainer;
    }

    static ArrayDataset points(NDManager manager) {
        return points(manager, 24);
    }

    /** Batches of four points, always the same. */
    static ArrayDataset points(NDManager manager, int size) {
        NDArray index = manager.arange(size * 5f).reshape(size, 5);
        return new ArrayDataset.Builder()
                .setData(index.mul(0.7f).sin())
                .optLabels(manager.arange(size).mod(3).toType(DataType.FLOAT32, false))
                .setSampling(4, false)
                .build();
    }

    /** The same data, each batch of which takes that long to come. */
    static Dataset slow(Dataset data, double millis) {
        return new Dataset() {
            @Override
            public Iterable<Batch> getData(NDManager manager) throws IOException, TranslateException {
                Iterator<Batch> batches = data.getData(manager).iterator();
                return () -> new Iterator<>() {
                    @Override
                    public boolean hasNext() {
                        return batches.hasNext();
                    }

                    @Override
                    public Batch next() {
                        spin(millis);
                        return batches.next();
                    }
                };
            }

            @Override
            public void prepare(Progress progress) {}
        };
    }

    static final class SlowListener extends TrainingListenerAdapter {

        private final double millis;

        SlowListener(double millis) {
            this.millis = millis;
        }

        @Override
        public void onTrainingBatch(Trainer trainer, BatchData batchData) {
            spin(millis);
        }
    }

    static float[][] weights(Model model) {
        return model.getBlock().getParameters().values().stream()
                .map(parameter -> parameter.getArray().toFloatArray())
                .toArray(float[][]::new);
    }

    /** Equal for equal weights, bit for bit. */
    static int hash(Model model) {
        return Arrays.deepHashCode(weights(model));
    }
}
