package org.vivace.methods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.modality.nlp.EncoderDecoder;
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
import ai.djl.nn.recurrent.GRU;
import ai.djl.nn.recurrent.LSTM;
import ai.djl.nn.recurrent.RNN;
import ai.djl.nn.transformer.BertBlock;
import ai.djl.nn.transformer.TransformerEncoderBlock;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.vivace.contract.SmallModel;
import org.vivace.estimate.ArraySpec;
import org.vivace.estimate.Estimator;
import org.vivace.profile.BlockTime;
import org.vivace.profile.Profile;
import org.vivace.profile.Profiler;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.EfficientTrainer;

/** Methods and tools on blocks that are not Vivace's, against stock DJL. */
class ForeignBlocksTest {

    /**
     * A model of three classes.
     *
     * @param input the shape of each of the inputs of a batch
     * @param inputs how many there are; ids where there are several
     * @param inner the expression for blocks to checkpoint that their parent keeps in its own way
     * @param seen the path of a block that the profiler measures by itself
     */
    private record Example(
            String name, Function<NDManager, Block> block, Shape input, int inputs, String inner, String seen) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static final Shape POINTS = new Shape(4, 6);
    private static final Shape SEQUENCES = new Shape(4, 6, 16);
    private static final Shape LONG = new Shape(4, 24, 16);

    @TempDir
    private static Path folder;

    /** A model that nobody holds is closed by its finaliser, and its block with it. */
    private static final List<Model> SCRIPTS = new ArrayList<>();

    @AfterAll
    static void closeScripts() {
        SCRIPTS.forEach(Model::close);
    }

    @BeforeAll
    static void writeTorchScript() throws Exception {
        TorchScriptFile.write(folder, 6);
    }

    static Stream<Example> examples() {
        return Stream.of(
                new Example("BERT", manager -> bert(), POINTS, 3, "transformer_", "01BertBlock/05transformer_0"),
                new Example(
                        "transformer",
                        manager -> pooled(encoder()),
                        SEQUENCES,
                        1,
                        "Norm$",
                        "01TransformerEncoderBlock/02attentionNorm"),
                new Example("GRU", manager -> pooled(ForeignBlocks.gru(false)), LONG, 1, "GRU", "01GRU"),
                new Example("RNN", manager -> pooled(rnn()), LONG, 1, "RNN", "01RNN"),
                new Example(
                        "typed fields",
                        manager -> headed(new ForeignBlocks.InTypedFields()),
                        POINTS,
                        1,
                        "first|b$",
                        "01InTypedFields/04b"),
                new Example(
                        "a block from scratch",
                        manager -> headed(new ForeignBlocks.Direct()),
                        POINTS,
                        1,
                        "inner/",
                        "01Direct"),
                new Example(
                        "parallel",
                        manager -> headed(parallel()),
                        POINTS,
                        1,
                        "Parallel.*/0",
                        "01ParallelBlock/02SequentialBlock/01Linear"),
                new Example("lambdas", manager -> lambdas(), POINTS, 1, "01Sequential|04Sequential", "02LambdaBlock"),
                new Example("TorchScript", manager -> headed(torchScript()), POINTS, 1, "PtSymbol", "01PtSymbolBlock"));
    }

    private static Block headed(Block block) {
        return new SequentialBlock().add(block).add(ForeignBlocks.linear(3));
    }

    private static Block pooled(Block block) {
        return new SequentialBlock()
                .add(block)
                .addSingleton(x -> x.mean(new int[] {1}))
                .add(ForeignBlocks.linear(3));
    }

    private static Block bert() {
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

    private static Block rnn() {
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

    private static Block torchScript() {
        try {
            Model model = Model.newInstance(TorchScriptFile.NAME, Device.cpu(), "PyTorch");
            SCRIPTS.add(model);
            model.load(folder, TorchScriptFile.NAME, Map.of("trainParam", "true"));
            return model.getBlock();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static DefaultTrainingConfig config(Loss loss) {
        return new DefaultTrainingConfig(loss)
                .optDevices(new Device[] {Device.cpu()})
                .optOptimizer(Optimizer.sgd()
                        .setLearningRateTracker(Tracker.fixed(0.1f))
                        .build());
    }

    private static Model model(Example example) {
        Engine.getEngine("PyTorch").setRandomSeed(7);
        Model model = Model.newInstance("foreign", Device.cpu(), "PyTorch");
        model.setBlock(example.block().apply(model.getNDManager()));
        return model;
    }

    private static Shape[] shapes(Example example) {
        return Collections.nCopies(example.inputs(), example.input()).toArray(Shape[]::new);
    }

    private static ArrayDataset data(Example example, NDManager manager) {
        Shape shape = new Shape(16).addAll(example.input().slice(1));
        NDArray x =
                manager.arange((float) shape.size()).reshape(shape).mul(0.7f).sin();
        NDArray[] inputs = {x};
        if (example.inputs() > 1) {
            inputs = new NDArray[example.inputs()];
            Arrays.fill(inputs, manager.ones(shape, DataType.INT32));
            inputs[0] = x.mul(9).abs().toType(DataType.INT32, false);
        }
        return new ArrayDataset.Builder()
                .setData(inputs)
                .optLabels(manager.arange(16).mod(3).toType(DataType.FLOAT32, false))
                .setSampling(4, false)
                .build();
    }

    /** How far each trained number moved in four steps. */
    private static double[] moved(Example example, EfficiencyMethod... methods) throws Exception {
        try (Model model = model(example);
                Trainer trainer = methods.length == 0
                        ? model.newTrainer(config(Loss.softmaxCrossEntropyLoss()))
                        : new EfficientTrainer(model, config(Loss.softmaxCrossEntropyLoss()), methods)) {
            trainer.initialize(shapes(example));
            double[] before = ForeignBlocks.weights(model);
            EasyTrain.fit(trainer, 1, data(example, model.getNDManager()), null);
            double[] moved = ForeignBlocks.weights(model);
            Arrays.setAll(moved, i -> moved[i] - before[i]);
            return moved;
        }
    }

    private static double norm(double[] values) {
        return Math.sqrt(Arrays.stream(values).map(value -> value * value).sum());
    }

    private static void agree(double[] stock, double[] found, double tolerance) {
        assertThat(found).hasSameSizeAs(stock);
        double[] difference = stock.clone();
        Arrays.setAll(difference, i -> stock[i] - found[i]);
        assertThat(norm(stock)).isGreaterThan(0.01);
        assertThat(norm(difference)).isLessThan(tolerance * norm(stock));
    }

    @ParameterizedTest
    @MethodSource("examples")
    void trainAsInStockDjlWhenCheckpointed(Example example) throws Exception {
        agree(moved(example), moved(example, ActivationCheckpointing.named(example.inner())), 1e-4);
    }

    @ParameterizedTest
    @MethodSource("examples")
    void trainAsInStockDjlInMixedPrecision(Example example) throws Exception {
        // bf16 has 8 bits; ReLU and batch norm make more of some roundings.
        agree(moved(example), moved(example, MixedPrecision.bf16()), 0.15);
    }

    @ParameterizedTest
    @MethodSource("examples")
    void trainAsInMixedPrecisionWhenCheckpointedToo(Example example) throws Exception {
        double[] low = moved(example, MixedPrecision.bf16());
        agree(low, moved(example, MixedPrecision.bf16(), ActivationCheckpointing.named(example.inner())), 0.05);
    }

    @ParameterizedTest
    @MethodSource("examples")
    void areProfiledBlockByBlock(Example example) throws Exception {
        try (Model model = model(example);
                Trainer trainer = model.newTrainer(config(Loss.softmaxCrossEntropyLoss()))) {
            trainer.initialize(shapes(example));
            Profile profile = Profiler.of(trainer).steps(2).run(data(example, model.getNDManager()));
            assertThat(profile.blocks()).extracting(BlockTime::path).contains(example.seen());
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void areEstimated(Example example) throws Exception {
        long trained = moved(example).length;
        try (Model model = model(example)) {
            DataType type = example.inputs() > 1 ? DataType.INT32 : DataType.FLOAT32;
            ArraySpec[] inputs = Collections.nCopies(example.inputs(), new ArraySpec(example.input(), type))
                    .toArray(ArraySpec[]::new);
            Estimator estimator = Estimator.of(model.getBlock(), inputs)
                    .training(Loss.softmaxCrossEntropyLoss(), Optimizer.adam().build(), ArraySpec.float32(4));
            double flops = estimator.step().flops();
            assertThat(estimator.step().parameters()).isEqualTo(trained);
            // A product with each weight, forward and for its gradient at the least; embeddings have none.
            assertThat(flops).isGreaterThan(4.0 * 4 * (example.inputs() > 1 ? trained / 2 : trained) / 2);
            assertThat(estimator.methods(List.of(MixedPrecision.bf16())).step().flops())
                    .isEqualTo(flops);
        }
    }

    @Test
    void recurrentLayersBeginAModelOfGrowingSequences() throws Exception {
        for (Block layer : List.of(
                new LSTM.Builder().setStateSize(16).setNumLayers(1).build(),
                new GRU.Builder().setStateSize(16).setNumLayers(1).build(),
                rnn())) {
            Example example = new Example("recurrent", manager -> pooled(layer), LONG, 1, "", "");
            double[] moved = moved(example, SequenceLengthWarmup.steps(3));
            assertThat(norm(moved)).isBetween(0.01, 10.0);
        }
    }

    /** Of the labels' first array; DJL's EncoderDecoder adds its states to the labels. */
    private static final Loss SQUARES = new Loss("squares") {
        @Override
        public NDArray evaluate(NDList labels, NDList predictions) {
            return labels.head().sub(predictions.head()).square().mean();
        }
    };

    private static double[] translated(EncoderDecoder block, EfficiencyMethod... methods) throws Exception {
        Engine.getEngine("PyTorch").setRandomSeed(7);
        try (Model model = Model.newInstance("translation", Device.cpu(), "PyTorch")) {
            model.setBlock(block);
            try (Trainer trainer = methods.length == 0
                    ? model.newTrainer(config(SQUARES))
                    : new EfficientTrainer(model, config(SQUARES), methods)) {
                trainer.initialize(SEQUENCES, SEQUENCES);
                NDArray x = model.getNDManager()
                        .arange(16f * 6 * 16)
                        .mul(0.7f)
                        .sin()
                        .reshape(16, 6, 16);
                ArrayDataset data = new ArrayDataset.Builder()
                        .setData(x)
                        .optLabels(x.flip(1))
                        .setSampling(4, false)
                        .build();
                EasyTrain.fit(trainer, 2, data, null);
            }
            return ForeignBlocks.weights(model);
        }
    }

    @Test
    void anEncoderAndADecoderTrainAsInStockDjl() throws Exception {
        double[] stock = translated(new EncoderDecoder(new ForeignBlocks.Reader(), new ForeignBlocks.Writer()));
        ForeignBlocks.Reader reader = new ForeignBlocks.Reader();
        EncoderDecoder checkpointed = new EncoderDecoder(reader, new ForeignBlocks.Writer());

        agree(stock, translated(checkpointed, ActivationCheckpointing.named("coder$")), 1e-5);
        assertThat(reader.asked()).isEqualTo(8);
    }

    @Test
    void saysWhenOperationsInPlaceDoNotGoWithCheckpointing() {
        Example after = new Example(
                "in place after",
                manager -> new SequentialBlock().add(ForeignBlocks.linear(3)).addSingleton(x -> x.muli(2)),
                POINTS,
                1,
                "",
                "");
        assertThatIllegalStateException()
                .isThrownBy(() -> moved(after, ActivationCheckpointing.named("Linear")))
                .withMessage(
                        "ActivationCheckpointing expected outputs of checkpointed blocks that stay as they are, found"
                                + " that what comes after one changes them in place: use the operation that makes a new array"
                                + " (add for addi), or leave the block out of checkpointing");
    }

    @Test
    void saysWhenABlockCannotBeReached() {
        Example bert = new Example("BERT", manager -> bert(), POINTS, 3, "", "");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> moved(bert, ActivationCheckpointing.named("selfAttention$")))
                .withMessage("ActivationCheckpointing cannot put another block where TransformerEncoderBlock keeps its"
                        + " selfAttentionBlock, a ScaledDotProductAttentionBlock, whose class nothing can extend: leave"
                        + " that block as it is, or keep it as a Block");
    }
}
