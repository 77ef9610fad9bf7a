package org.vivace.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.vivace.bench.assertions.SpeedAssertions.assertFaster;

import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.translate.NoopTranslator;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.vivace.measure.BenchRecord;
import org.vivace.methods.FusedAdamW;
import org.vivace.methods.MixedPrecision;

/** What the documents say of a model of one's own, from one call to memory and claims over seeds. */
@Tag("slow")
class UsersWorkloadTest {

    private static NDManager manager;
    private static Dataset train;
    private static final Loss loss = Loss.softmaxCrossEntropyLoss();

    /** A model of nobody's. */
    private static final class Net extends SequentialBlock {
        Net() {
            add(Conv2d.builder()
                    .setKernelShape(new Shape(3, 3))
                    .optStride(new Shape(2, 2))
                    .setFilters(16)
                    .build());
            add(Activation.reluBlock());
            add(Blocks.batchFlattenBlock());
            add(Linear.builder().setUnits(2).build());
        }
    }

    @BeforeAll
    static void makeData() {
        manager = NDManager.newBaseManager();
        train = train();
    }

    @AfterAll
    static void freeData() {
        manager.close();
    }

    private static Optimizer adam(Tracker rate) {
        return Optimizer.adam().optLearningRateTracker(rate).build();
    }

    private static Loss loss() {
        return loss;
    }

    /** Images that are bright or dark. */
    private static Dataset train() {
        var owner = manager == null ? NDManager.newBaseManager() : manager;
        var bright = owner.arange(128f).mod(2);
        return new ArrayDataset.Builder()
                .setData(owner.randomNormal(new Shape(128, 3, 64, 64)).add(bright.reshape(128, 1, 1, 1)))
                .optLabels(bright.toType(DataType.INT64, false))
                .setSampling(32, true)
                .build();
    }

    @Test
    void oneCallAsksEachQuestion() {
        var mine = Workload.of("mine", Net::new, new Shape(32, 3, 64, 64), loss, rate -> adam(rate), train);
        var bench = Bench.of(mine).with(MixedPrecision.bf16(), new FusedAdamW());
        bench.predict(); // what a step should take, before it is run
        bench.time(); // what it takes: interleaved with plain DJL, with an interval and a verdict
        bench.profile(); // where it goes, what bounds it, what would help
        var quick = bench.rounds(3).within(1);
        BenchRecord times = quick.each().time();
        assertThat(times.workload()).isEqualTo("mine");
        assertThat(times.variants())
                .extracting(each -> each.title())
                .containsExactly("MixedPrecision(bf16)", "FusedAdamW", "MixedPrecision(bf16) + FusedAdamW");
        assertThat(times.command()).isEqualTo("Bench.of(mine).with(MixedPrecision(bf16), FusedAdamW).time()");
        assertThat(times.settings())
                .containsEntry("model", "Net")
                .containsEntry("batch", "32")
                .containsEntry("optimizer", "DJL's Adam");
        // 31 x 31 positions of 27 products for each of 16 channels, then 15376 for each of 2 classes; the first
        // convolution has no gradient of its input to make.
        double convolution = 2.0 * 32 * 31 * 31 * 27 * 16;
        double linear = 2.0 * 32 * 31 * 31 * 16 * 2;
        assertThat(times.modelFlopsPerStep()).hasValue(2.0 * convolution + 3 * linear);
        assertThat(bench.predict().plain().total()).isPositive();
        assertThat(bench.profile().methods()).containsExactly("MixedPrecision(bf16)", "FusedAdamW");
        assertThatIllegalArgumentException()
                .isThrownBy(bench::memory)
                .withMessage(
                        "memory is measured in a JVM of its own, which must make mine again, got one that was made in"
                                + " this JVM: put the code that makes it into a class with a constructor without arguments"
                                + " that is a Supplier<Workload>, and take Workload.madeBy(that class)");
    }

    public static class Mine implements Supplier<Workload> {
        @Override
        public Workload get() {
            return Workload.of("mine", Net::new, new Shape(32, 3, 64, 64), loss(), rate -> adam(rate), train());
        }
    }

    @Test
    void aClassThatMakesItHasItsMemoryMeasured() {
        BenchRecord memory =
                Bench.of(Workload.madeBy(Mine.class)).with(new FusedAdamW()).memory();
        assertThat(memory.notes()).isEmpty();
        assertThat(memory.baseline().peakBytes().getAsLong()).isPositive();
        assertThat(memory.recipe().orElseThrow().peakBytes().getAsLong()).isPositive();
    }

    @Test
    void heldOutDataMakeTrainingsOfIt() {
        var mine = Workload.of("mine", Net::new, new Shape(32, 3, 64, 64), loss, rate -> adam(rate), train)
                .validation(train)
                .measuredByAccuracy()
                .target(0.9);
        var bench = Bench.of(mine).with(new FusedAdamW()).rounds(3).within(1);
        List<Double> losses = bench.steps(24).train().curves().get(1).loss();
        assertThat(losses).hasSize(10);
        assertThat(losses.get(9)).isLessThan(losses.get(0));
        BenchRecord two = bench.steps(8).seeds(2).target(0.9).train();
        assertThat(two.quality().orElseThrow().target()).hasValue(0.9);
        assertThat(two.quality().orElseThrow().arms())
                .allSatisfy(arm -> assertThat(arm.trials()).hasSize(2));
        assertThat(two.quality().orElseThrow().measure().name()).isEqualTo("accuracy");
        assertThat(bench.steps(4).tune().best()).isPresent();
        var without =
                Bench.of(Workload.of("mine", Net::new, new Shape(32, 3, 64, 64), loss, rate -> adam(rate), train));
        assertThatIllegalStateException()
                .isThrownBy(without::train)
                .withMessage("expected held-out data of mine to evaluate a training on, got none: give it some with"
                        + " validation(dataset)");
    }

    private static void plainStep() {
        pause(4);
    }

    private static void myStep() {
        pause(1);
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void stepsAndPredictorsOfAnyKind() {
        BenchRecord record =
                Bench.steps("mine", () -> plainStep(), () -> myStep()).time();
        assertThat(record.variants()).hasSize(1);
        assertFaster(() -> plainStep(), () -> myStep()).by(1.2);
        try (var model = Model.newInstance("mine")) {
            model.setBlock(Linear.builder().setUnits(2).build());
            model.getBlock().initialize(model.getNDManager(), DataType.FLOAT32, new Shape(1, 3));
            List<NDList> inputs = List.of(new NDList(model.getNDManager().ones(new Shape(1, 3))));
            try (Predictor<NDList, NDList> plainPredictor = model.newPredictor(new NoopTranslator());
                    Predictor<NDList, NDList> myPredictor = model.newPredictor(new NoopTranslator())) {
                BenchRecord latency = Bench.predictors("mine", inputs, plainPredictor, myPredictor)
                        .time();
                assertThat(latency.baseline().stepMillis().median()).isPositive();
            }
        }
    }
}
