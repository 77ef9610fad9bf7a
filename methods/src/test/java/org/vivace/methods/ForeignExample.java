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
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.ParallelBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.recurrent.RNN;
import ai.djl.nn.transformer.BertBlock;
import ai.djl.nn.transformer.TransformerEncoderBlock;
import ai.djl.training.dataset.ArrayDataset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.vivace.contract.SmallModel;

/**
 * A model of three classes or more whose blocks are not Vivace's.
 *
 * @param input the shape of each of the inputs of a batch
 * @param inputs how many there are; ids where there are several
 * @param inner the expression for blocks to checkpoint that their parent keeps in its own way
 * @param seen the path of a block that the profiler measures by itself
 */
record ForeignExample(
        String name, Function<NDManager, Block> block, Shape input, int inputs, String inner, String seen) {

    static final Shape POINTS = new Shape(4, 6);
    static final Shape SEQUENCES = new Shape(4, 6, 16);
    static final Shape LONG = new Shape(4, 24, 16);

    static Stream<ForeignExample> examples() {
        return Stream.of(
                new ForeignExample("BERT", manager -> bert(), POINTS, 3, "transformer_", "01BertBlock/05transformer_0"),
                new ForeignExample(
                        "transformer",
                        manager -> pooled(encoder()),
                        SEQUENCES,
                        1,
                        "Norm$",
                        "01TransformerEncoderBlock/02attentionNorm"),
                new ForeignExample("GRU", manager -> pooled(ForeignBlocks.gru(false)), LONG, 1, "GRU", "01GRU"),
                new ForeignExample("RNN", manager -> pooled(rnn()), LONG, 1, "RNN", "01RNN"),
                new ForeignExample(
                        "typed fields",
                        manager -> headed(new ForeignBlocks.InTypedFields()),
                        POINTS,
                        1,
                        "first|b$",
                        "01InTypedFields/04b"),
                new ForeignExample(
                        "a block from scratch",
                        manager -> headed(new ForeignBlocks.Direct()),
                        POINTS,
                        1,
                        "inner/",
                        "01Direct"),
                new ForeignExample(
                        "parallel",
                        manager -> headed(parallel()),
                        POINTS,
                        1,
                        "Parallel.*/0",
                        "01ParallelBlock/02SequentialBlock/01Linear"),
                new ForeignExample(
                        "lambdas", manager -> lambdas(), POINTS, 1, "01Sequential|04Sequential", "02LambdaBlock"),
                new ForeignExample("TorchScript", manager -> torchScript(), POINTS, 1, "PtSymbol", "02PtSymbolBlock"));
    }

    private static Block headed(Block block) {
        return new SequentialBlock().add(block).add(ForeignBlocks.linear(3));
    }

    static Block pooled(Block block) {
        return new SequentialBlock()
                .add(block)
                .addSingleton(x -> x.mean(new int[] {1}))
                .add(ForeignBlocks.linear(3));
    }

    static Block bert() {
        BertBlock bert = BertBlock.builder()
                .setTokenDictionarySize(20)
                .optEmbeddingSize(16)
                .optTransformerBlockCount(2)
                .optAttentionHeadCount(2)
                .optHiddenSize(16)
                .optMaxSequenceLength(6)
                .build();
        SmallModel.withoutDropout(bert);
        return new SequentialBlock()
                .add(bert)
                .add(list -> new NDList(list.get(1)))
                .add(ForeignBlocks.linear(3));
    }

    private static Block encoder() {
        return new TransformerEncoderBlock(16, 2, 16, 0, Activation::gelu);
    }

    static Block rnn() {
        return new RNN.Builder()
                .setStateSize(16)
                .setNumLayers(1)
                .setActivation(RNN.Activation.TANH)
                .build();
    }

    private static Block parallel() {
        return new ParallelBlock(
                lists -> new NDList(NDArrays.concat(
                        new NDList(lists.get(0).head(), lists.get(1).head()), 1)),
                List.of(
                        new SequentialBlock().add(ForeignBlocks.linear(16)),
                        new SequentialBlock().add(ForeignBlocks.linear(16)).add(Activation::relu)));
    }

    /** With operations in place before, inside and after what is checkpointed, on arrays that each made itself. */
    private static Block lambdas() {
        return new SequentialBlock()
                .add(new SequentialBlock()
                        .add(ForeignBlocks.linear(16))
                        .addSingleton(x -> x.mul(1).addi(1)))
                .addSingleton(x -> x.add(0).muli(2))
                .addSingleton(x -> x.toType(DataType.FLOAT32, false))
                .add(new SequentialBlock()
                        .addSingleton(x -> x.toType(DataType.FLOAT32, true))
                        .add(ForeignBlocks.linear(16)))
                .addSingleton(x -> x.toType(DataType.FLOAT32, false).add(0).divi(4))
                .add(ForeignBlocks.linear(3));
    }

    /** Its model closes what it loaded, and so has to outlive the block. */
    private static final List<Model> SCRIPTS = new ArrayList<>();

    static void close() {
        SCRIPTS.forEach(Model::close);
    }

    private static Block torchScript() {
        Model model = SmallModel.SCRIPT.open();
        SCRIPTS.add(model);
        return model.getBlock();
    }

    Model model() {
        Engine.getEngine("PyTorch").setRandomSeed(7);
        Model model = Model.newInstance("foreign", Device.cpu(), "PyTorch");
        model.setBlock(block.apply(model.getNDManager()));
        return model;
    }

    Shape[] shapes() {
        return Collections.nCopies(inputs, input).toArray(Shape[]::new);
    }

    ArrayDataset data(NDManager manager) {
        Shape shape = new Shape(16).addAll(input.slice(1));
        NDArray x =
                manager.arange((float) shape.size()).reshape(shape).mul(0.7f).sin();
        NDArray[] given = {x};
        if (inputs > 1) {
            given = new NDArray[inputs];
            Arrays.fill(given, manager.ones(shape, DataType.INT32));
            given[0] = x.mul(9).abs().toType(DataType.INT32, false);
        }
        return new ArrayDataset.Builder()
                .setData(given)
                .optLabels(manager.arange(16).mod(3).toType(DataType.FLOAT32, false))
                .setSampling(4, false)
                .build();
    }

    @Override
    public String toString() {
        return name;
    }
}
