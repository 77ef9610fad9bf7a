package org.vivace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vivace.cli.CommandRun;
import org.vivace.measure.QualityMeasure;
import org.vivace.measure.Trial;
import org.vivace.measure.TuningRecord;
import org.vivace.measure.TuningRecord.Rated;

@Tag("slow")
class LearningRateSearchTest {

    private static final QualityMeasure LOSS = new QualityMeasure("nats a byte", false);

    @TempDir
    private Path folder;

    private static Rated rated(double rate, double loss) {
        return new Rated(rate, Optional.of(new Trial(1, 1, 1, List.of(1.0), List.of(loss), List.of(loss))));
    }

    private static Rated diverged(double rate) {
        return new Rated(rate, Optional.empty());
    }

    private static Optional<Double> next(Rated... tried) {
        return LearningRateSearch.next(LOSS, List.of(tried));
    }

    @Test
    void triesTwiceTheRateFirst() {
        assertThat(next(rated(1, 3))).hasValue(2.0);
    }

    @Test
    void goesOnWhileTheBestIsAtAnEdge() {
        assertThat(next(rated(1, 3), rated(2, 2))).hasValue(4.0);
        assertThat(next(rated(1, 3), rated(2, 4))).hasValue(0.5);
        assertThat(next(rated(1, 3), rated(2, 4), rated(0.5, 2))).hasValue(0.25);
    }

    @Test
    void endsWhereTheBestHasAWorseOneOnEitherSide() {
        assertThat(next(rated(1, 3), rated(2, 4), rated(0.5, 3.5))).isEmpty();
        assertThat(next(rated(1, 3), rated(2, 2), diverged(4))).isEmpty();
    }

    @Test
    void goesDownWhereEveryRateDiverged() {
        assertThat(next(diverged(1))).hasValue(0.5);
        assertThat(next(diverged(1), diverged(0.5))).hasValue(0.25);
    }

    @Test
    void findsARateThatLearnsBetterThanItsNeighbors() throws Exception {
        List<LearningRateSearch.At> told = new ArrayList<>();
        TuningRecord record = new LearningRateSearch(Tiny.language(), Arm.PLAIN, 20, told::add).run("a command");
        assertThat(record.best()).isPresent();
        assertThat(record.partial()).isFalse();
        assertThat(record.rates())
                .hasSizeBetween(3, 9)
                .extracting(Rated::learningRate)
                .isSorted();
        int best = record.rates().stream()
                .map(Rated::learningRate)
                .toList()
                .indexOf(record.best().getAsDouble());
        double least = record.rates().get(best).trial().orElseThrow().finalQuality();
        assertThat(record.rates().stream().filter(each -> each.trial().isPresent()))
                .allMatch(each -> each.trial().orElseThrow().finalQuality() >= least);
        assertThat(told)
                .hasSize(20 * record.rates().size())
                .allMatch(at -> at.share() > 0 && at.share() <= 1 && !at.left().isNegative());
        Path file = record.write(folder.resolve("tuning.json"));
        assertThat(Files.readString(file))
                .contains(
                        "\"command\": \"a command\"",
                        "\"best\": " + record.best().getAsDouble());
    }

    @Test
    void interruptedItKeepsWhatItHas() throws Exception {
        Thread.currentThread().interrupt();
        TuningRecord record = new LearningRateSearch(Tiny.language(), Arm.PLAIN, 20, at -> {}).run("a command");
        assertThat(record.partial()).isTrue();
        assertThat(record.rates()).isEmpty();
        assertThat(record.best()).isEmpty();
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void theCommandShowsEveryRateAndMarksTheBest() {
        CommandRun run = Tiny.command("tune", "--train-steps", "3");
        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isZero();
        assertThat(run.out())
                .startsWith("learning rate")
                .contains("nats a byte")
                .containsOnlyOnce("  best");
    }

    @Test
    void wrongUseIsSaid() {
        assertThat(CommandRun.of("tune", "language", "--train-steps", "0").err())
                .contains("--train-steps must be 1 or more, got 0");
        assertThat(CommandRun.of("tune", "language", "--train-seconds", "-1").err())
                .contains("--train-seconds must be above 0, got -1.0");
        assertThat(CommandRun.of("tune").err()).contains("expected a workload, one of language, vision, classify");
        assertThat(CommandRun.of("tune", "language", "--methods", "Mixed").code())
                .isEqualTo(2);
    }
}
