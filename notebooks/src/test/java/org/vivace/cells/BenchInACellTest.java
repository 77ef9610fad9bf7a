package org.vivace.cells;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.vivace.bench.Bench;
import org.vivace.bench.LocalMachine;
import org.vivace.measure.BenchRecord;
import org.vivace.methods.MixedPrecision;
import org.vivace.profile.ProfileRecord;
import org.vivace.workloads.Language;

/** What a cell may tell a bench, and the profile that it may ask for. */
@Tag("slow")
class BenchInACellTest {

    private static Bench bench() {
        return Bench.of(new Language(16, 1, 2, 16, 2, "wordnet", 64))
                .rounds(3)
                .within(1)
                .steps(10);
    }

    @Test
    void aTrainingHasTheStepsItWasTold() {
        BenchRecord record = bench().steps(3).with(MixedPrecision.bf16()).train();
        assertThat(record.settings()).containsEntry("steps of each side", "3");
        assertThat(record.quality().orElseThrow().arms())
                .allSatisfy(arm -> assertThat(arm.trials().get(0).steps()).isEqualTo(3));
    }

    @Test
    void stepTimesEndWithinTheSecondsTheyWereTold() {
        Bench patient = bench().rounds(100_000).within(3600);
        BenchRecord record = patient.within(0.5).with(MixedPrecision.bf16()).time();
        assertThat(record.baseline().nanos()).hasSizeLessThan(100_000);
        assertThat(record.command()).contains("--seconds 0.5");
        assertThat(record.partial()).isFalse();
    }

    @Test
    void aProfileIsThatOfPlainDjlOrOfTheRecipe() {
        ProfileRecord plain = bench().profile();
        assertThat(plain.methods()).isEmpty();
        assertThat(plain.workload()).isEqualTo("language");
        assertThat(plain.verdict()).isPresent();
        ProfileRecord recipe = bench().with(MixedPrecision.bf16()).profile();
        assertThat(recipe.methods()).containsExactly("MixedPrecision(bf16)");
        assertThat(recipe.command()).isEqualTo("Bench.of(language).with(MixedPrecision(bf16)).profile()");
    }

    @Test
    void aProfileEndsWhenItIsInterrupted() {
        LocalMachine.calibration();
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> bench().profile()).isInstanceOf(CancellationException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void whatItMustNotBeTold() {
        assertThatThrownBy(() -> bench().within(0))
                .hasMessage("step times must have more than 0 seconds, got 0.0: give for instance 10");
        assertThatThrownBy(() -> bench().within(Double.NaN))
                .hasMessage("step times must have more than 0 seconds, got NaN: give for instance 10");
        assertThatThrownBy(() -> bench().steps(0))
                .hasMessage("a training must have at least 1 step, got 0: give for instance 50");
    }
}
