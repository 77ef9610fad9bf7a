package org.vivace.cli;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.dataset.RandomAccessDataset;
import ai.djl.training.dataset.Record;
import ai.djl.training.listener.TrainingListener;
import ai.djl.training.listener.TrainingListenerAdapter;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.translate.TranslateException;
import ai.djl.util.Progress;
import java.io.IOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Random;
import org.vivace.models.Encoder;
import org.vivace.models.TokenLoss;

/** A trainer and data of which one knows what holds their steps back, because it was put there. */
record Planted(Model model, Trainer trainer, NDManager manager, Dataset data) implements AutoCloseable {

    /** Makes the data. */
    private interface Data {
        Dataset on(NDManager manager);
    }

    private static Planted of(
            Block block, Optimizer optimizer, Loss loss, Data data, Shape input, TrainingListener... listeners) {
        Model model = Model.newInstance("planted", Device.cpu(), "PyTorch");
        model.setBlock(block);
        Trainer trainer = model.newTrainer(new DefaultTrainingConfig(loss)
                .optOptimizer(optimizer)
                .optDevices(new Device[] {Device.cpu()})
                .addTrainingListeners(listeners));
        trainer.initialize(input);
        NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
        return new Planted(model, trainer, manager, data.on(manager));
    }

    private static Optimizer sgd() {
        return Optimizer.sgd().setLearningRateTracker(Tracker.fixed(1e-5f)).build();
    }

    static Planted slowLoader() {
        return of(
                mlp(64, 64), sgd(), Loss.l2Loss(), manager -> new Slowly(rows(manager, 32, 64), 25), new Shape(32, 64));
    }

    static Planted samplesOneByOne() {
        return of(mlp(64, 64), sgd(), Loss.l2Loss(), manager -> new OneByOne(64, 256), new Shape(256, 64));
    }

    static Planted listenerThatReadsAllWeights() {
        return of(
                mlp(1024, 1024, 1024),
                sgd(),
                Loss.l2Loss(),
                manager -> rows(manager, 8, 1024),
                new Shape(8, 1024),
                new WeightReader());
    }

    static Planted tinyOperators() {
        LambdaBlock perColumn = new LambdaBlock(
                inputs -> {
                    NDList columns = new NDList();
                    for (int i = 0; i < 400; i++) {
                        columns.add(inputs.head()
                                .get(":, {}:{}", i % 64, i % 64 + 1)
                                .mul(1.01f));
                    }
                    return new NDList(NDArrays.concat(columns, 1));
                },
                "perColumn");
        SequentialBlock block = new SequentialBlock()
                .add(Linear.builder().setUnits(64).build())
                .add(perColumn)
                .add(Linear.builder().setUnits(64).build());
        return of(block, sgd(), Loss.l2Loss(), manager -> rows(manager, 32, 64), new Shape(32, 64));
    }

    /** The batch is large enough that more samples to an update would help less than a faster update. */
    static Planted unfusedOptimizer() {
        int[] widths = new int[12];
        Arrays.fill(widths, 512);
        Optimizer adam =
                Optimizer.adam().optLearningRateTracker(Tracker.fixed(1e-5f)).build();
        return of(mlp(widths), adam, Loss.l2Loss(), manager -> rows(manager, 32, 512), new Shape(32, 512));
    }

    static Planted fullPrecisionProducts() {
        return of(
                mlp(1024, 1024, 1024), sgd(), Loss.l2Loss(), manager -> rows(manager, 512, 1024), new Shape(512, 1024));
    }

    static Planted channelsFirst() {
        SequentialBlock block = new SequentialBlock();
        for (int i = 0; i < 3; i++) {
            block.add(Conv2d.builder()
                            .setFilters(64)
                            .setKernelShape(new Shape(3, 3))
                            .optPadding(new Shape(1, 1))
                            .build())
                    .add(Activation.reluBlock());
        }
        block.add(Blocks.batchFlattenBlock()).add(Linear.builder().setUnits(10).build());
        Data images = manager ->
                dataset(manager.randomNormal(new Shape(64, 64, 32, 32)), manager.zeros(new Shape(64, 10)), 16);
        return of(block, sgd(), Loss.l2Loss(), images, new Shape(16, 64, 32, 32));
    }

    static Planted padding() {
        int symbols = 257;
        int length = 256;
        Block encoder = new Encoder(new Encoder.Settings(symbols, 64, 2, 2, length, 2, symbols - 1));
        Data texts = manager -> {
            Random random = new Random(3);
            long[] tokens = new long[64 * length];
            Arrays.fill(tokens, symbols - 1);
            for (int text = 0; text < 64; text++) {
                int longest = text % 16 == 0 ? length : 20 + random.nextInt(30);
                for (int i = 0; i < longest; i++) {
                    tokens[text * length + i] = random.nextInt(symbols - 1);
                }
            }
            return dataset(
                    manager.create(tokens, new Shape(64, length)), manager.zeros(new Shape(64), DataType.INT64), 16);
        };
        return of(encoder, sgd(), new TokenLoss(), texts, new Shape(16, length));
    }

    static Planted elementwiseChain() {
        LambdaBlock chain = new LambdaBlock(
                inputs -> {
                    NDArray x = inputs.head();
                    for (int i = 0; i < 12; i++) {
                        x = x.mul(0.9f).add(0.1f);
                    }
                    return new NDList(x);
                },
                "chain");
        SequentialBlock block = new SequentialBlock()
                .add(Linear.builder().setUnits(4096).build())
                .add(chain)
                .add(Linear.builder().setUnits(8).build());
        Data rows =
                manager -> dataset(manager.randomNormal(new Shape(2048, 8)), manager.zeros(new Shape(2048, 8)), 512);
        return of(block, sgd(), Loss.l2Loss(), rows, new Shape(512, 8));
    }

    static Planted smallBatch() {
        return of(mlp(64, 64, 64, 64, 64), sgd(), Loss.l2Loss(), manager -> rows(manager, 2, 64), new Shape(2, 64));
    }

    private static SequentialBlock mlp(int... widths) {
        SequentialBlock block = new SequentialBlock();
        for (int width : widths) {
            block.add(Linear.builder().setUnits(width).build()).add(Activation.reluBlock());
        }
        return block;
    }

    /** Four batches to learn the identity from. */
    private static Dataset rows(NDManager manager, int batch, int width) {
        NDArray rows = manager.randomNormal(new Shape(4L * batch, width));
        return dataset(rows, rows, batch);
    }

    private static Dataset dataset(NDArray data, NDArray labels, int batch) {
        return new ArrayDataset.Builder()
                .setData(data)
                .optLabels(labels)
                .setSampling(batch, false)
                .build();
    }

    @Override
    public void close() {
        trainer.close();
        model.close();
        manager.close();
    }

    /** Batches that take their time. */
    private record Slowly(Dataset data, long millis) implements Dataset {

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
                    try {
                        Thread.sleep(millis);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    return batches.next();
                }
            };
        }

        @Override
        public void prepare(Progress progress) {}
    }

    /** Samples made one at a time, as loaders of files do. */
    private static final class OneByOne extends RandomAccessDataset {

        private final int width;
        private final int batch;

        OneByOne(int width, int batch) {
            super(new Builder(batch));
            this.width = width;
            this.batch = batch;
        }

        @Override
        public Record get(NDManager manager, long index) {
            NDArray sample = manager.ones(new Shape(width)).mul(index).add(1).div(1000);
            return new Record(new NDList(sample), new NDList(sample));
        }

        @Override
        protected long availableSize() {
            return 4L * batch;
        }

        @Override
        public void prepare(Progress progress) {}

        private static final class Builder extends BaseBuilder<Builder> {

            Builder(int batch) {
                setSampling(batch, false);
            }

            @Override
            protected Builder self() {
                return this;
            }
        }
    }

    /** Takes every weight out of the device after every batch, once for each of four statistics. */
    private static final class WeightReader extends TrainingListenerAdapter {

        private double sum;

        @Override
        public void onTrainingBatch(Trainer trainer, BatchData batchData) {
            for (int time = 0; time < 4; time++) {
                trainer.getModel().getBlock().getParameters().values().forEach(parameter -> {
                    for (float weight : parameter.getArray().toFloatArray()) {
                        sum += weight;
                    }
                });
            }
        }

        @Override
        public String toString() {
            return "sum " + sum;
        }
    }
}
