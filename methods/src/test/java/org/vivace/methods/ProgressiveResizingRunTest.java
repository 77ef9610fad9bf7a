package org.vivace.methods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.vivace.contract.GivenMethod;
import org.vivace.contract.SmallTraining;
import org.vivace.methods.ProgressiveResizing.Mode;
import org.vivace.models.ResNet9;
import org.vivace.models.TokenLoss;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.Phase;
import org.vivace.train.Run;
import org.vivace.train.RunSettings;
import org.vivace.train.Sample;

/** What the method does to a run: phases, pre-flight, training in DJL's loop. */
@Tag("slow")
class ProgressiveResizingRunTest {

    @Test
    void refusesARunWithoutLength() {
        try (Model model = SmallTraining.model(net())) {
            assertThatThrownBy(() -> Run.of(model, RunSettings.none(), new ProgressiveResizing()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("ProgressiveResizing: expected a run of known length for shares of it, got one without:"
                            + " give RunSettings.steps(n)");
        }
    }

    @Test
    void refusesImagesBelowTheIncrement() {
        EfficiencyMethod method = new ProgressiveResizing(0.5, 0.5, 0.2, 32, Mode.RESIZE);
        assertThatThrownBy(() -> SmallTraining.train(net(), ProgressiveResizingRunTest::images, method))
                .hasRootCauseInstanceOf(IllegalArgumentException.class)
                .hasMessage("the pre-flight of the smallest images failed, so the run would have failed there:"
                        + " ProgressiveResizing: expected images with sides of at least 32 (the size increment), got"
                        + " (16, 24): lower the increment");
    }

    @Test
    void thePreFlightFindsImagesThatBecomeTooSmallForTheModel() {
        EfficiencyMethod method = new ProgressiveResizing(0.25, 0.5, 0.2);
        assertThatThrownBy(() -> SmallTraining.train(net(), ProgressiveResizingRunTest::images, method))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith(
                        "the pre-flight of the smallest images failed, so the run would have failed there: ");
    }

    @Test
    void phasesAreWhereTheCostChanges() {
        assertThat(phases(new ProgressiveResizing()))
                .containsExactly(
                        new Phase("the smallest images", 0, 0),
                        new Phase("the growing images", 5, 0.5),
                        new Phase("the whole images", 8, 0.8));
        assertThat(phases(new ProgressiveResizing(0.5, 0, 0.2)))
                .extracting(Phase::progress)
                .containsExactly(0.0, 0.8);
        assertThat(phases(new ProgressiveResizing(0.5, 0.75, 0.25)))
                .extracting(Phase::progress)
                .containsExactly(0.0, 0.75);
        assertThat(phases(new ProgressiveResizing(1, 0.5, 0.2))).isEmpty();
    }

    private static List<Phase> phases(EfficiencyMethod method) {
        try (Model model = SmallTraining.model(net());
                Run run = Run.of(model, RunSettings.none().steps(10), method)) {
            return run.hooks().get(0).phases(run);
        }
    }

    @Test
    void imagesThatKeepTheirSizeChangeNothing() {
        EfficiencyMethod neutral = new ProgressiveResizing(0.9, 0.5, 0.2, 16, Mode.RESIZE);
        SmallTraining.Result with = SmallTraining.train(net(), ProgressiveResizingRunTest::squares, neutral);
        assertThat(with.weights())
                .isEqualTo(SmallTraining.train(net(), ProgressiveResizingRunTest::squares)
                        .weights());
        assertThat(with.log())
                .containsExactly(
                        "ProgressiveResizing: images of (16, 16) at an initial scale of 0.9 in steps of 16 keep"
                                + " their size, so none is shrunk");
    }

    @Test
    void trainsOnWhatItShrankInDjlsLoop() {
        for (Mode mode : Mode.values()) {
            List<Shape> seen = new ArrayList<>();
            EfficiencyMethod watch =
                    GivenMethod.watching(sample -> seen.add(sample.data().head().getShape()));
            EfficiencyMethod method = new ProgressiveResizing(0.5, 0.25, 0.25, 4, mode);
            SmallTraining.Result first = SmallTraining.train(net(), ProgressiveResizingRunTest::images, method, watch);
            // The pre-flight sees the smallest twice and the whole images, then come the steps: scales 0.5, 0.5, 0.75,
            // 1.
            assertThat(seen)
                    .containsExactly(
                            new Shape(4, 3, 8, 12),
                            new Shape(4, 3, 8, 12),
                            new Shape(4, 3, 16, 24),
                            new Shape(4, 3, 8, 12),
                            new Shape(4, 3, 8, 12),
                            new Shape(4, 3, 12, 20),
                            new Shape(4, 3, 16, 24));
            assertThat(first.arraysLeft()).isZero();
            assertThat(first.log()).isEmpty();
            SmallTraining.Result second = SmallTraining.train(net(), ProgressiveResizingRunTest::images, method);
            assertThat(second.weights()).isEqualTo(first.weights());
        }
    }

    @Test
    void cropsAnotherPlaceForEachBatchAndTheSameForEachSeed() {
        Set<Float> corners = corners(1);
        assertThat(corners).hasSizeGreaterThan(8).allSatisfy(corner -> {
            assertThat(corner % 16).isLessThanOrEqualTo(8f);
            assertThat(corner).isLessThanOrEqualTo(8 * 16 + 8f);
        });
        assertThat(corners(1)).isEqualTo(corners);
        assertThat(corners(2)).isNotEqualTo(corners);
    }

    /** The first pixels of 20 crops of half the side; an image's pixels are numbered by rows of 16. */
    private static Set<Float> corners(long seed) {
        Set<Float> corners = new HashSet<>();
        Block net = net();
        EfficiencyMethod method = new ProgressiveResizing(0.5, 1, 0, 4, Mode.CROP);
        try (Model model = SmallTraining.model(net);
                Run run = Run.of(model, RunSettings.none().seed(seed).steps(20), method);
                NDManager manager = model.getNDManager().newSubManager()) {
            NDArray pixels = manager.arange(16f * 16).reshape(1, 1, 16, 16).broadcast(4, 3, 16, 16);
            Sample sample = new Sample(new NDList(pixels), squares(manager).labels());
            net.initialize(model.getNDManager(), DataType.FLOAT32, pixels.getShape());
            ParameterStore store = new ParameterStore(manager, false);
            for (int step = 0; step < 20; step++) {
                run.step(
                        sample,
                        data -> {
                            corners.add(data.head().toFloatArray()[0]);
                            return net.forward(store, data, true);
                        },
                        new TokenLoss(),
                        () -> {});
            }
        }
        return corners;
    }

    @Test
    void worksWithTheOthersInTheirLayout() {
        for (Mode mode : Mode.values()) {
            SmallTraining.Result outcome = SmallTraining.train(
                    net(),
                    ProgressiveResizingRunTest::images,
                    MixedPrecision.bf16(),
                    new ChannelsLast(),
                    new FusedSgd(),
                    new ProgressiveResizing(0.5, 0.25, 0.25, 4, mode));
            assertThat(outcome.weights()).doesNotContain(Float.NaN);
            assertThat(outcome.arraysLeft()).isZero();
        }
    }

    private static Block net() {
        return new ResNet9(new ResNet9.Settings(2, 3, 3));
    }

    private static Sample images(NDManager owner) {
        return images(owner, new Shape(4, 3, 16, 24));
    }

    private static Sample squares(NDManager owner) {
        return images(owner, new Shape(4, 3, 16, 16));
    }

    private static Sample images(NDManager owner, Shape shape) {
        NDArray values = owner.arange((float) shape.size()).mul(0.37f).sin().reshape(shape);
        return new Sample(new NDList(values), new NDList(owner.create(new long[] {0, 1, 2, 1})));
    }
}
