package org.vivace.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.Batch;
import ai.djl.training.loss.Loss;
import java.util.Iterator;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.vivace.trace.StepPhase;
import org.vivace.train.Run;
import org.vivace.train.RunSettings;
import org.vivace.train.Sample;

class StepClockTest {

    @Test
    void thePartsAndTheRestAddUpToTheStepToTheNanosecond() {
        StepClock clock = StepClock.on(Device.cpu());
        for (int i = 0; i < 3; i++) {
            try (StepClock.End step = clock.step()) {
                Planted.spin(2);
                try (StepClock.End forward = clock.in(StepPhase.FORWARD)) {
                    Planted.spin(6);
                    try (StepClock.End loss = clock.in(StepPhase.LOSS)) {
                        Planted.spin(4);
                    }
                    Planted.spin(6);
                }
            }
        }

        Map<String, StepPhaseTime> split = clock.split();
        assertThat(split.keySet())
                .containsExactly(
                        "data",
                        "hostToDevice",
                        "forward",
                        "loss",
                        "backward",
                        "optimizer",
                        "evaluation",
                        "listeners",
                        "release",
                        "rest");
        for (int i = 0; i < 3; i++) {
            int step = i;
            assertThat(split.values().stream()
                            .mapToLong(part -> part.nanos().get(step))
                            .sum())
                    .isEqualTo(clock.stepNanos().get(i));
        }
        // Spinning takes no less than asked for; were the inner part in the outer one too, the sum above would be
        // larger.
        assertThat(split.get("forward").nanos())
                .allSatisfy(nanos -> assertThat(nanos).isGreaterThanOrEqualTo(12_000_000L));
        assertThat(split.get("loss").nanos())
                .allSatisfy(nanos -> assertThat(nanos).isGreaterThanOrEqualTo(4_000_000L));
        assertThat(split.get("rest").nanos())
                .allSatisfy(nanos -> assertThat(nanos).isGreaterThanOrEqualTo(2_000_000L));
        assertThat(split.get("backward").nanos()).containsExactly(0L, 0L, 0L);
        assertThat(split.values().stream().mapToDouble(StepPhaseTime::share).sum())
                .isCloseTo(1, within(1e-12));
    }

    @Tag("clock")
    @Test
    void bordersCostLessThanTwoPercentOfAStepOfTwentyMilliseconds() {
        StepClock clock = StepClock.on(Device.cpu());
        int steps = 2000;
        long begin = System.nanoTime();
        for (int i = 0; i < steps; i++) {
            try (StepClock.End step = clock.step()) {
                for (StepPhase part : StepPhase.values()) {
                    clock.in(part).close();
                }
            }
        }
        assertThat((System.nanoTime() - begin) / 1e6 / steps).isLessThan(0.4);
    }

    @Test
    void aRunInALoopOfOnesOwnIsSplitByItsPieces() throws Exception {
        try (Model model = Planted.model(Planted.mlp(Planted.slow(3)));
                Run run = Run.of(model, RunSettings.none());
                Trainer trainer = Planted.trainer(model)) {
            StepClock clock = StepClock.on(Device.cpu());
            Loss loss = Loss.softmaxCrossEntropyLoss();
            Iterator<Batch> batches = Planted.points(model.getNDManager())
                    .getData(trainer.getManager())
                    .iterator();
            for (int i = 0; i < 3; i++) {
                try (StepClock.End step = clock.step();
                        Batch batch = batches.next();
                        StepClock.End backward = clock.in(StepPhase.BACKWARD)) {
                    run.step(
                            new Sample(batch.getData(), batch.getLabels()),
                            data -> {
                                try (StepClock.End forward = clock.in(StepPhase.FORWARD)) {
                                    return trainer.forward(data);
                                }
                            },
                            loss,
                            () -> {
                                try (StepClock.End update = clock.in(StepPhase.OPTIMIZER)) {
                                    trainer.step();
                                }
                            });
                }
            }
            Map<String, StepPhaseTime> split = clock.split();
            assertThat(split.get("forward").millis()).isGreaterThanOrEqualTo(3);
            assertThat(split.get("backward").millis()).isPositive();
            assertThat(split.get("optimizer").millis()).isPositive();
        }
    }

    @Test
    void saysWhatIsWrong() {
        StepClock clock = StepClock.on(Device.cpu());
        assertThatThrownBy(() -> clock.in(StepPhase.HOST_TO_DEVICE))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "expected a step to be under way, got its host to device outside of one: begin it with step()");
        assertThatThrownBy(clock::split)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("expected at least one step to have ended, got none: run one first");
        try (StepClock.End step = clock.step()) {
            assertThatThrownBy(clock::step)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("expected the step before to have ended, got another within it: close each step before"
                            + " the next");
        }
        assertThat(clock.stepNanos()).hasSize(1);
    }
}
