package org.vivace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A little of what notebooks/endurance does for long. */
@Tag("slow")
class EnduranceTest {

    @TempDir
    private Path folder;

    @Test
    void aTrainingThatIsKilledGoesOnBitEqual() throws Exception {
        assertNothingIsLost(EnduranceSubjects.fit(), 3);
    }

    @Test
    void aBenchThatIsKilledLeavesNothingHalfWritten() throws Exception {
        assertNothingIsLost(EnduranceSubjects.bench(), 2);
    }

    @Test
    void aFileThatWasBeingKeptWhenTheProcessWasKilledIsNotThere() throws Exception {
        assertNothingIsLost(EnduranceSubjects.keep(), 4);
    }

    private void assertNothingIsLost(EnduranceKills subject, int kills) throws Exception {
        EnduranceRecord.Kills found = subject.run(kills, folder, new Random(3));
        assertThat(found.kills()).isEqualTo(kills);
        assertThat(found.faults()).isEmpty();
    }

    @Test
    void aLongTrainingKeepsItsArraysAndItsMemory() throws Exception {
        EnduranceRecord.Steps steps = Endurance.train(400, 200, 50);
        assertThat(steps.samples()).hasSizeGreaterThan(4);
        assertThat(steps.arraysDeviation()).as(steps.toString()).isZero();
        // In so few steps the JVM still compiles.
        assertThat(steps.residentDeviation()).as(steps.toString()).isLessThan(0.1);
    }

    @Test
    void whatIsFoundIsToldAndJudged() {
        List<EnduranceRecord.Sample> samples = List.of(
                new EnduranceRecord.Sample(0, 500, 9),
                new EnduranceRecord.Sample(500, 1000, 10),
                new EnduranceRecord.Sample(1000, 980, 10),
                new EnduranceRecord.Sample(1500, 1005, 11));
        EnduranceRecord.Steps steps = EnduranceRecord.Steps.of("a recipe", 1501, 500, samples);
        assertThat(steps.residentDeviation()).isEqualTo(0.02, org.assertj.core.api.Assertions.within(1e-12));
        assertThat(steps.arraysDeviation()).isEqualTo(0.1, org.assertj.core.api.Assertions.within(1e-12));
        assertThat(record(List.of(), steps).passed()).isFalse();
        assertThat(record(List.of(), null).passed()).isTrue();
        EnduranceRecord.Kills lost = new EnduranceRecord.Kills("a training", 25, 2.5, List.of("it was lost"));
        assertThat(record(List.of(lost), null).passed()).isFalse();
        assertThat(record(List.of(lost), steps).lines())
                .containsExactly(
                        "a training, killed 25 times in the 2.5 s that it takes: it was lost",
                        "1501 steps with a recipe: from step 500 on the resident set stayed within 2.00 % and the arrays"
                                + " within 10.00 %; at the end 0.0 MiB and 11 arrays");
    }

    private static EnduranceRecord record(List<EnduranceRecord.Kills> kills, EnduranceRecord.Steps steps) {
        return new EnduranceRecord("endurance", 1, "notebooks/endurance", "", null, kills, steps, null);
    }
}
