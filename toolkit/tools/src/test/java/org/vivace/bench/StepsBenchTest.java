package org.vivace.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.vivace.bench.assertions.SpeedAssertions.assertFaster;

import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.core.Linear;
import ai.djl.translate.NoopTranslator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.opentest4j.AssertionFailedError;
import org.vivace.measure.BenchRecord;
import org.vivace.measure.Variant;
import org.vivace.measure.Verdict;

class StepsBenchTest {

    private static Runnable waiting(int micros) {
        return () -> {
            long end = System.nanoTime() + 1000L * micros;
            while (System.nanoTime() < end) {
                LockSupport.parkNanos(end - System.nanoTime());
            }
        };
    }

    @Test
    @Tag("clock")
    void aStepOfHalfTheTimeIsTwiceAsFast() {
        BenchRecord record = Bench.steps("mine", waiting(4000), waiting(2000))
                .rounds(10)
                .within(5)
                .time();
        Variant mine = record.variants().get(0);
        assertThat(mine.title()).isEqualTo("mine");
        assertThat(mine.speedup().median()).isBetween(1.7, 2.2);
        assertThat(mine.verdict()).isEqualTo(Verdict.FASTER);
        assertThat(record.workload()).isEqualTo("mine");
        assertThat(record.settings()).containsEntry("baseline", "plain");
        assertThat(record.aa().orElseThrow().speedup().low())
                .isLessThanOrEqualTo(record.aa().orElseThrow().speedup().high());
    }

    @Test
    void everyStepIsCalledEquallyOften() {
        AtomicInteger plain = new AtomicInteger();
        AtomicInteger first = new AtomicInteger();
        AtomicInteger second = new AtomicInteger();
        BenchRecord record = Bench.steps(
                        "mine", plain::incrementAndGet, first::incrementAndGet, second::incrementAndGet)
                .rounds(3)
                .within(2)
                .time();
        assertThat(record.variants()).extracting(Variant::title).containsExactly("mine 1", "mine 2");
        assertThat(second).hasValue(first.get());
        assertThat(plain).as("the plain step is timed twice").hasValue(2 * first.get());
    }

    @Test
    void namesAreTheUsers() {
        BenchRecord record = Bench.steps("loops", () -> {}, () -> {}, () -> {})
                .named("hand-written", "with a run", "with a trainer")
                .rounds(3)
                .within(1)
                .time();
        assertThat(record.settings()).containsEntry("baseline", "hand-written");
        assertThat(record.variants()).extracting(Variant::title).containsExactly("with a run", "with a trainer");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Bench.steps("loops", () -> {}, () -> {}).named("one"))
                .withMessage(
                        "expected 2 names, no two alike, got [one]: give one for each step, the plain one's first");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Bench.steps("loops", () -> {}, () -> {}).named("one", "one"))
                .withMessageContaining("no two alike");
    }

    @Test
    void whatCannotBeComparedIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Bench.steps("mine", () -> {}))
                .withMessage("a comparison must have at least 2 steps, got 1: give the plain one first and then yours");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Bench.steps("mine", () -> {}, () -> {}).within(0))
                .withMessage("step times must have more than 0 seconds, got 0.0: give for instance 10");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Bench.steps("mine", () -> {}, () -> {}).rounds(2))
                .withMessage("an interval needs at least 3 rounds, got 2: give for instance 24");
        assertThatThrownBy(() -> Bench.steps("mine", () -> {}, () -> {
                            throw new IllegalStateException("no more");
                        })
                        .rounds(3)
                        .within(1)
                        .time())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("mine")
                .hasMessageContaining("no more");
    }

    @Test
    void predictionsAreStepsOverTheInputsInTurn() {
        try (NDManager manager = NDManager.newBaseManager();
                Model model = Model.newInstance("linear")) {
            model.setBlock(Linear.builder().setUnits(2).build());
            model.getBlock().initialize(manager, ai.djl.ndarray.types.DataType.FLOAT32, new Shape(1, 3));
            List<NDList> inputs =
                    List.of(new NDList(manager.ones(new Shape(1, 3))), new NDList(manager.zeros(new Shape(1, 3))));
            try (Predictor<NDList, NDList> plain = model.newPredictor(new NoopTranslator());
                    Predictor<NDList, NDList> mine = model.newPredictor(new NoopTranslator())) {
                BenchRecord record = Bench.predictors("linear", inputs, plain, mine)
                        .rounds(3)
                        .within(2)
                        .time();
                assertThat(record.baseline().stepMillis().median()).isPositive();
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> Bench.predictors("linear", List.of(), plain, mine))
                        .withMessage("expected at least one input to predict from, got none: give some");
            }
        }
    }

    @Test
    @Tag("clock")
    void theAssertionGoesByTheInterval() {
        assertThat(assertFaster(waiting(4000), waiting(2000)).within(3).by(1.3).variants())
                .hasSize(1);
        assertThatThrownBy(() ->
                        assertFaster(waiting(2000), waiting(2000)).within(2).by(1.5))
                .isInstanceOf(AssertionFailedError.class)
                .hasMessageStartingWith("expected a step 1.5 times as fast as the plain one, found ")
                .hasMessageContaining("95 % interval")
                .hasMessageEndingWith(": it is slower than that");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> assertFaster(() -> {}, () -> {}).by(0))
                .withMessage("expected a factor above 0, got 0.0: give for instance 1.2");
    }
}
