package org.vivace.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Adam;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vivace.measure.QualityMeasure;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.Equivalence;
import org.vivace.train.Hooks;
import org.vivace.train.Kind;
import org.vivace.train.Run;
import org.vivace.train.Traits;

class ComposedWorkloadTest {

    private static final Rows ROWS = new Rows();
    private static final Dataset TRAIN = ROWS.train();
    private static final Dataset HELD_OUT = ROWS.validation().orElseThrow();
    private static final Loss LOSS = Loss.l2Loss();

    private static Optimizer adam(Tracker rate) {
        return Optimizer.adam().optLearningRateTracker(rate).build();
    }

    private static ComposedWorkload mine() {
        return Workload.of("mine", ROWS::newBlock, new Shape(8, 4), LOSS, ComposedWorkloadTest::adam, TRAIN);
    }

    private record Nothing() implements EfficiencyMethod {

        @Override
        public Traits traits() {
            return Traits.of(Kind.LOSS, Equivalence.BIT_EQUAL);
        }

        @Override
        public Hooks attach(Run run) {
            return new Hooks() {};
        }
    }

    @Test
    void isWhatItsPartsAre() {
        ComposedWorkload mine = mine();
        assertThat(mine.name()).isEqualTo("mine");
        assertThat(mine.inputs()).containsExactly(new Shape(8, 4));
        assertThat(mine.loss()).isSameAs(LOSS);
        assertThat(mine.train()).isSameAs(TRAIN);
        assertThat(mine.newBlock()).isNotSameAs(mine.newBlock());
        assertThat(mine.optimizer(Tracker.fixed(1))).isInstanceOf(Adam.class);
    }

    @Test
    void whatWasNotSaidIsEmptyOrUsual() {
        ComposedWorkload mine = mine();
        assertThat(mine.validation()).isEmpty();
        assertThat(mine.target()).isEmpty();
        assertThat(mine.flopsPerStep()).isEmpty();
        assertThat(mine.recipe()).isEmpty();
        assertThat(mine.learningRate()).isEqualTo(1e-3);
        assertThat(mine.measure()).isEqualTo(QualityMeasure.LOSS);
        assertThat(mine.quality(new NDList(), new NDList(), 0.5)).isEqualTo(0.5);
        assertThat(mine.at(Size.GPU)).isSameAs(mine);
    }

    @Test
    void settingsTellItsParts() {
        assertThat(mine().settings())
                .containsEntry("input", "(8, 4)")
                .containsEntry("batch", "8")
                .containsEntry("optimizer", "DJL's Adam")
                .containsEntry("model", "Linear")
                .hasSize(4);
        assertThat(mine().setting("data", "drawn")
                        .setting("model", "a dense layer")
                        .settings())
                .containsEntry("data", "drawn")
                .containsEntry("model", "a dense layer")
                .hasSize(5);
        Workload two = Workload.of(
                "two", ROWS::newBlock, List.of(new Shape(8, 4), new Shape(8)), LOSS, ComposedWorkloadTest::adam, TRAIN);
        assertThat(two.settings()).containsEntry("input", "(8, 4), (8)");
    }

    @Test
    void everyMethodGivesAnotherOneAndLeavesThisAsItWas() {
        ComposedWorkload mine = mine();
        QualityMeasure points = new QualityMeasure("points", true);
        ComposedWorkload all = mine.validation(HELD_OUT)
                .learningRate(0.5)
                .measuredBy(points, (labels, predictions, loss) -> 10 * loss)
                .target(7)
                .flopsPerStep(1e6)
                .recipe(new Nothing())
                .setting("data", "drawn");
        assertThat(all.validation()).contains(HELD_OUT);
        assertThat(all.learningRate()).isEqualTo(0.5);
        assertThat(all.measure()).isEqualTo(points);
        assertThat(all.quality(new NDList(), new NDList(), 0.5)).isEqualTo(5);
        assertThat(all.target()).hasValue(7);
        assertThat(all.flopsPerStep()).hasValue(1e6);
        assertThat(all.recipe()).containsExactly(new Nothing());
        assertThat(all.settings()).containsEntry("data", "drawn");
        assertThat(all.name()).isEqualTo("mine");
        whatWasNotSaidIsEmptyOrUsual();
        assertThat(mine.validation()).isEmpty();
        assertThat(mine.learningRate()).isEqualTo(1e-3);
        assertThat(mine.measure()).isEqualTo(QualityMeasure.LOSS);
        assertThat(mine.target()).isEmpty();
        assertThat(mine.flopsPerStep()).isEmpty();
        assertThat(mine.recipe()).isEmpty();
        assertThat(mine.settings()).doesNotContainKey("data");
    }

    @Test
    void accuracyIsTheShareOfHighestLogitsThatAreRight() {
        ComposedWorkload judged = mine().measuredByAccuracy();
        assertThat(judged.measure()).isEqualTo(Accuracy.MEASURE);
        try (NDManager manager = NDManager.newBaseManager()) {
            NDList labels = new NDList(manager.create(new long[] {0, 1, 1}));
            NDList logits = new NDList(manager.create(new float[][] {{2, 1}, {0, 1}, {3, 1}}));
            assertThat(judged.quality(labels, logits, 9)).isCloseTo(2.0 / 3, within(1e-6));
        }
    }

    @Test
    void aNameAndAnInputItMustHave() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        Workload.of(" ", ROWS::newBlock, new Shape(8, 4), LOSS, ComposedWorkloadTest::adam, TRAIN))
                .withMessage("expected a name of the workload, got none: give it one word");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> Workload.of("mine", ROWS::newBlock, List.of(), LOSS, ComposedWorkloadTest::adam, TRAIN))
                .withMessage("expected a shape for each input of mine, got none: give the shape of a batch");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
    void whatMustBeAboveZero(double wrong) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> mine().learningRate(wrong))
                .withMessage("expected a learning rate of mine above 0, got " + wrong + ": correct it");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> mine().flopsPerStep(wrong))
                .withMessage("expected a number of operations of mine above 0, got " + wrong + ": correct it");
    }

    static Stream<Runnable> withoutAPart() {
        Shape input = new Shape(8, 4);
        return Stream.of(
                () -> Workload.of("mine", null, input, LOSS, ComposedWorkloadTest::adam, TRAIN),
                () -> Workload.of("mine", ROWS::newBlock, input, null, ComposedWorkloadTest::adam, TRAIN),
                () -> Workload.of("mine", ROWS::newBlock, input, LOSS, null, TRAIN),
                () -> Workload.of("mine", ROWS::newBlock, input, LOSS, ComposedWorkloadTest::adam, null),
                () -> mine().validation(null));
    }

    @ParameterizedTest
    @MethodSource("withoutAPart")
    void noPartMayBeMissing(Runnable making) {
        assertThatNullPointerException().isThrownBy(making::run);
    }
}
