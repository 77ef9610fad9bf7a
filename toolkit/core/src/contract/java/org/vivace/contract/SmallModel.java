package org.vivace.contract;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.Dropout;
import ai.djl.nn.pooling.Pool;
import ai.djl.nn.recurrent.LSTM;
import ai.djl.nn.transformer.BertBlock;
import ai.djl.training.dataset.ArrayDataset;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.vivace.models.Encoder;
import org.vivace.models.Gpt;
import org.vivace.train.Sample;

/**
 * A network so small that a step takes milliseconds, with data that it can learn and class ids as labels. Convolutions
 * and recurrent layers have sizes that are multiples of 16, which every machine computes correctly.
 *
 * @param name shown in the names of tests
 * @param build sets the model's block
 * @param data all {@value #EXAMPLES} examples, on the given manager
 * @param device that the model trains on
 */
public record SmallModel(String name, Consumer<Model> build, Function<NDManager, Sample> data, Device device) {

    /** The number of examples in {@link #data}. */
    public static final int EXAMPLES = 16;

    static final int BATCH = 4;

    static final int CLASSES = 5;
    private static final int TIME = 16;
    private static final int VOCABULARY = 16;

    /** Linear layers, two of them in a nested block. */
    public static final SmallModel DENSE = of("dense", SmallModel::dense, SmallModel::points);

    /** Three convolutions of 16 channels over images of 16 × 8 × 8. */
    public static final SmallModel CONVOLUTIONAL = of("convolutional", SmallModel::convolutional, SmallModel::images);

    /** An LSTM over sequences, first in the model. */
    public static final SmallModel RECURRENT = of("recurrent", SmallModel::recurrent, SmallModel::sequences);

    /** {@link Gpt} with two layers. */
    public static final SmallModel DECODER = decoder("decoder", 0);

    /** The same with dropout, which depends on each step's random numbers. */
    public static final SmallModel DROPOUT = decoder("decoder with dropout", 0.2);

    /** {@link Encoder} with two layers. */
    public static final SmallModel ENCODER = of(
            "encoder",
            () -> new Encoder(new Encoder.Settings(VOCABULARY, 16, 2, 2, TIME, CLASSES)),
            manager -> labelled(ids(manager), manager));

    /** DJL's own transformer block, which keeps its children in typed lists. */
    public static final SmallModel BERT = of("BertBlock", SmallModel::bert, manager -> {
        NDArray ids = ids(manager).toType(DataType.INT32, false);
        Sample one = labelled(ids, manager);
        return new Sample(new NDList(ids, ids.zerosLike(), ids.onesLike()), one.labels());
    });

    /** A TorchScript module with its own weight, between two linear layers. */
    public static final SmallModel SCRIPT =
            new SmallModel("TorchScript", SmallModel::script, SmallModel::points, Device.cpu());

    /** A function of arrays that casts, between two linear layers. */
    public static final SmallModel CASTING = of("LambdaBlock with toType", SmallModel::casting, SmallModel::points);

    /** Functions that change their input in place: the batch itself, and a layer's input and output. */
    public static final SmallModel IN_PLACE = of("in place", SmallModel::inPlace, SmallModel::points);

    /** Two heads, the second of which is used from the third step of a {@link Loop} on. */
    public static final SmallModel LATE = of("a late head", LateHead::new, SmallModel::points);

    /** The models on which every method is checked. */
    public static final List<SmallModel> ALL =
            List.of(DENSE, CONVOLUTIONAL, RECURRENT, DECODER, ENCODER, BERT, SCRIPT, CASTING, IN_PLACE, LATE);

    private static SmallModel of(String name, Supplier<Block> block, Function<NDManager, Sample> data) {
        return new SmallModel(name, model -> model.setBlock(block.get()), data, Device.cpu());
    }

    private static SmallModel decoder(String name, double dropout) {
        return of(name, () -> new Gpt(new Gpt.Settings(VOCABULARY, 16, 2, 2, TIME, dropout)), manager -> {
            NDArray ids = ids(manager);
            return new Sample(new NDList(ids), new NDList(ids.add(3).mod(VOCABULARY)));
        });
    }

    /** The same on another device. */
    public SmallModel on(Device other) {
        return new SmallModel(name, build, data, other);
    }

    /** The model without weights yet, on its device; the caller closes it. */
    public Model open() {
        Model model = Model.newInstance(name, device, "PyTorch");
        try {
            build.accept(model);
            return model;
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }

    /** The shapes of one batch's inputs. */
    Shape[] inputs() {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            return data.apply(manager).data().stream()
                    .map(array -> new Shape(BATCH).addAll(array.getShape().slice(1)))
                    .toArray(Shape[]::new);
        }
    }

    /** Examples {@code from} to {@code to}, as new arrays on the manager. */
    Sample examples(NDManager manager, int from, int to) {
        Sample all = data.apply(manager);
        NDIndex range = new NDIndex().addSliceDim(from, to);
        NDList parts = new NDList();
        all.data().forEach(array -> parts.add(array.get(range)));
        NDList labels = new NDList();
        all.labels().forEach(array -> labels.add(array.get(range)));
        return new Sample(parts, labels);
    }

    /** The examples of a step, cycling through the data. */
    Sample batch(NDManager manager, int step) {
        int from = step * BATCH % EXAMPLES;
        return examples(manager, from, from + BATCH);
    }

    ArrayDataset dataset(NDManager manager) {
        Sample all = data.apply(manager);
        return new ArrayDataset.Builder()
                .setData(all.data().toArray(NDArray[]::new))
                .optLabels(all.labels().toArray(NDArray[]::new))
                .setSampling(BATCH, true)
                .build();
    }

    private static SequentialBlock dense() {
        return new SequentialBlock()
                .add(linear(16))
                .add(new SequentialBlock().add(linear(16)).add(Activation.tanhBlock()))
                .add(linear(CLASSES));
    }

    private static SequentialBlock convolutional() {
        return new SequentialBlock()
                .add(convolution())
                .add(Activation.reluBlock())
                .add(new SequentialBlock().add(convolution()).add(Activation.reluBlock()))
                .add(convolution())
                .add(Pool.globalAvgPool2dBlock())
                .add(linear(CLASSES));
    }

    private static SequentialBlock recurrent() {
        return new SequentialBlock()
                .add(new LSTM.Builder().setStateSize(16).setNumLayers(1).build())
                .add(linear(VOCABULARY));
    }

    private static SequentialBlock bert() {
        Block block = BertBlock.builder()
                .setTokenDictionarySize(VOCABULARY)
                .optEmbeddingSize(16)
                .optTransformerBlockCount(2)
                .optAttentionHeadCount(2)
                .optHiddenSize(16)
                .optMaxSequenceLength(TIME)
                .optHiddenDropoutProbability(0)
                .build();
        withoutDropout(block);
        return new SequentialBlock()
                .add(block)
                .add(new LambdaBlock(list -> new NDList(list.get(1))))
                .add(linear(CLASSES));
    }

    /** Turns off a block's dropout, also in fields: BertBlock gives its layers 0.1 regardless of its settings. */
    public static void withoutDropout(Block block) {
        try {
            for (Field field : block.getClass().getDeclaredFields()) {
                field.setAccessible(true);
                if (!field.getType().isPrimitive() && field.get(block) instanceof Dropout dropout) {
                    Field rate = Dropout.class.getDeclaredField("rate");
                    rate.setAccessible(true);
                    rate.setFloat(dropout, 0);
                }
            }
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("expected DJL 0.36, whose Dropout has a rate, found another one", e);
        }
        block.getChildren().values().forEach(SmallModel::withoutDropout);
    }

    private static void script(Model model) {
        try {
            model.load(new ByteArrayInputStream(ScriptModule.tanhOfProduct(16)), Map.of("trainParam", "true"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (MalformedModelException e) {
            throw new IllegalStateException("expected DJL to load the kit's TorchScript module, got " + e, e);
        }
        Block loaded = model.getBlock();
        model.setBlock(new SequentialBlock().add(linear(16)).add(loaded).add(linear(CLASSES)));
    }

    private static SequentialBlock casting() {
        return new SequentialBlock()
                .add(linear(16))
                .add(new LambdaBlock(list -> new NDList(list.head().toType(DataType.FLOAT32, false))))
                .add(Blocks.identityBlock())
                .add(linear(CLASSES));
    }

    private static SequentialBlock inPlace() {
        LambdaBlock half = new LambdaBlock(list -> new NDList(list.head().muli(0.5f)));
        return new SequentialBlock()
                .add(half)
                .add(linear(16))
                .add(half)
                .add(new SequentialBlock().add(linear(16)).add(half).add(linear(16)))
                .add(half)
                .add(linear(CLASSES));
    }

    static Linear linear(int units) {
        return Linear.builder().setUnits(units).build();
    }

    private static Conv2d convolution() {
        return Conv2d.builder()
                .setKernelShape(new Shape(3, 3))
                .optPadding(new Shape(1, 1))
                .setFilters(16)
                .build();
    }

    private static Sample points(NDManager manager) {
        return labelled(waves(manager, 6), manager);
    }

    private static Sample images(NDManager manager) {
        return labelled(waves(manager, 16 * 8 * 8).reshape(EXAMPLES, 16, 8, 8), manager);
    }

    private static Sample sequences(NDManager manager) {
        NDArray numbers = waves(manager, TIME * 16).reshape(EXAMPLES, TIME, 16);
        return new Sample(new NDList(numbers), new NDList(ids(manager)));
    }

    private static Sample labelled(NDArray data, NDManager manager) {
        return new Sample(
                new NDList(data),
                new NDList(manager.arange(EXAMPLES).mod(CLASSES).toType(DataType.INT64, false)));
    }

    private static NDArray waves(NDManager manager, int each) {
        return manager.arange((float) EXAMPLES * each)
                .mul(0.737f)
                .sin()
                .mul(manager.arange((float) EXAMPLES * each).mul(0.0113f).cos())
                .reshape(EXAMPLES, each);
    }

    private static NDArray ids(NDManager manager) {
        return manager.arange(EXAMPLES * TIME)
                .mul(7)
                .mod(VOCABULARY)
                .toType(DataType.INT64, false)
                .reshape(EXAMPLES, TIME);
    }
}
