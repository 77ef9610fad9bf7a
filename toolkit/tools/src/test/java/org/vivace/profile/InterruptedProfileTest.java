package org.vivace.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.training.Trainer;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class InterruptedProfileTest {

    @Test
    void endsWithTheStepItIsIn() throws Exception {
        AtomicInteger begun = new AtomicInteger();
        try (Model model = Planted.model(Planted.mlp(Planted.slow(0)));
                Trainer trainer = Planted.trainer(model)) {
            trainer.initialize(Planted.INPUT);
            Profiler profiler = Profiler.of(trainer).steps(4).reportingTo(at -> {
                if (begun.incrementAndGet() == 5) {
                    Thread.currentThread().interrupt();
                }
            });
            assertThatExceptionOfType(CancellationException.class)
                    .isThrownBy(() -> profiler.run(Planted.points(model.getNDManager())))
                    .withMessageMatching("expected the profile to finish, got an interrupt after 5 of \\d+ steps:"
                            + " start it again");
            assertThat(Thread.interrupted()).as("the caller learns of it too").isTrue();
            assertThat(begun).hasValue(5);
            Engine.getEngine("PyTorch").newGradientCollector().close();
        }
    }
}
