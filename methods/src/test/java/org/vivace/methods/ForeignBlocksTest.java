package org.vivace.methods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.modality.nlp.EncoderDecoder;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.recurrent.GRU;
import ai.djl.nn.recurrent.LSTM;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.vivace.estimate.ArraySpec;
import org.vivace.estimate.Estimator;
import org.vivace.profile.BlockTime;
import org.vivace.profile.Profile;
import org.vivace.profile.Profiler;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.EfficientTrainer;

/** Methods and tools on blocks that are not Vivace's, against stock DJL. */
class ForeignBlocksTest {

    @AfterAll
    static void close() {
        ForeignExample.close();
    }

    private static DefaultTrainingConfig config(Loss loss) {
        return new DefaultTrainingConfig(loss)
                .optDevices(new Device[] {Device.cpu()})
                .optOptimizer(Optimizer.sgd()
                        .setLearningRateTracker(Tracker.fixed(0.1f))
                        .build());
    }

    /** How far each trained number moved in four steps. */
    private static double[] moved(ForeignExample example, EfficiencyMethod... methods) throws Exception {
        try (Model model = example.model();
                Trainer trainer = methods.length == 0
                        ? model.newTrainer(config(Loss.softmaxCrossEntropyLoss()))
                        : new EfficientTrainer(model, config(Loss.softmaxCrossEntropyLoss()), methods)) {
            trainer.initialize(example.shapes());
            double[] before = ForeignBlocks.weights(model);
            EasyTrain.fit(trainer, 1, example.data(model.getNDManager()), null);
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
    @MethodSource("org.vivace.methods.ForeignExample#examples")
    void trainAsInStockDjlWhenCheckpointed(ForeignExample example) throws Exception {
        agree(moved(example), moved(example, ActivationCheckpointing.named(example.inner())), 1e-4);
    }

    @ParameterizedTest
    @MethodSource("org.vivace.methods.ForeignExample#examples")
    void trainAsInStockDjlInMixedPrecision(ForeignExample example) throws Exception {
        // bf16 has 8 bits; ReLU and batch norm make more of some roundings.
        agree(moved(example), moved(example, MixedPrecision.bf16()), 0.15);
    }

    @ParameterizedTest
    @MethodSource("org.vivace.methods.ForeignExample#examples")
    void trainAsInMixedPrecisionWhenCheckpointedToo(ForeignExample example) throws Exception {
        double[] low = moved(example, MixedPrecision.bf16());
        agree(low, moved(example, MixedPrecision.bf16(), ActivationCheckpointing.named(example.inner())), 0.05);
    }

    @ParameterizedTest
    @MethodSource("org.vivace.methods.ForeignExample#examples")
    void areProfiledBlockByBlock(ForeignExample example) throws Exception {
        try (Model model = example.model();
                Trainer trainer = model.newTrainer(config(Loss.softmaxCrossEntropyLoss()))) {
            trainer.initialize(example.shapes());
            Profile profile = Profiler.of(trainer).steps(2).run(example.data(model.getNDManager()));
            assertThat(profile.blocks()).extracting(BlockTime::path).contains(example.seen());
        }
    }

    @ParameterizedTest
    @MethodSource("org.vivace.methods.ForeignExample#examples")
    void areEstimated(ForeignExample example) throws Exception {
        long trained = moved(example).length;
        try (Model model = example.model()) {
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
                ForeignExample.rnn())) {
            ForeignExample example = new ForeignExample(
                    "recurrent", manager -> ForeignExample.pooled(layer), ForeignExample.LONG, 1, "", "");
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
                trainer.initialize(ForeignExample.SEQUENCES, ForeignExample.SEQUENCES);
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
        ForeignExample after = new ForeignExample(
                "in place after",
                manager -> new SequentialBlock().add(ForeignBlocks.linear(3)).addSingleton(x -> x.muli(2)),
                ForeignExample.POINTS,
                1,
                "",
                "");
        assertThatIllegalStateException()
                .isThrownBy(() -> moved(after, ActivationCheckpointing.named("Linear")))
                .withMessage(
                        "ActivationCheckpointing expected outputs of checkpointed blocks that stay as they are, found"
                                + " that what comes after one changes them in place: use the operation that makes a new array"
                                + " (add for addi), or exclude the block from checkpointing");
    }

    @Test
    void saysWhenABlockCannotBeReached() {
        ForeignExample bert =
                new ForeignExample("BERT", manager -> ForeignExample.bert(), ForeignExample.POINTS, 3, "", "");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> moved(bert, ActivationCheckpointing.named("selfAttention$")))
                .withMessage("ActivationCheckpointing cannot put another block where TransformerEncoderBlock keeps its"
                        + " selfAttentionBlock, a ScaledDotProductAttentionBlock, whose class cannot be extended: leave"
                        + " that block as it is, or keep it as a Block");
    }
}
