package org.vivace.jupyter;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What an audience that waits for a second sees of cells that take longer, in the real kernel with the talk's records.
 */
@Tag("clock")
@Tag("slow")
class TalkOverItsLimitTest {

    /** Trainings, step times and profiles are each cut short once, and asked for again in the cell after that. */
    private static final List<String> CELLS = List.of(
            """
            var live = org.vivace.cells.HurriedTalk.of("records", 1);
            var small = Bench.of("language", Size.QUICK).with(new FusedAdamW());
            var large = Bench.of("language", Size.DEFAULT).with(new FusedAdamW());
            live.before(small.steps(2)::train);
            live.before(small::profile);""",
            """
            var race = live.bench("race", small.steps(2_000_000_000)::train);
            Plots.losses(race)""",
            "live.bench(\"another race\", small.steps(2)::train)",
            """
            var ladder = live.bench("ladder", large.within(600)::ladder);
            Plots.stepTimes(ladder)""",
            "live.bench(\"other times\", small.within(0.1)::time)",
            """
            var step = live.profile("step", large::profile);
            ProfilePlots.split(step)""",
            "live.profile(\"another step\", small::profile).verdict().orElseThrow()",
            """
            Check.that(live.table().stringColumn("source").asList().equals(
                    List.of("recorded", "live", "recorded", "live", "recorded", "live")), "every second cell was live");
            Check.that(live.table().doubleColumn("seconds").max() < 20, "nobody waited for longer than a talk allows, in " + live.table().print());
            Check.that(race.workload().equals("language (recorded)"), "a race that is called recorded");
            Check.that(ladder.variants().size() == 4, "the ladder of the record");
            Check.that(step.workload().equals("language (recorded)"), "a profile that is called recorded");""");

    @TempDir
    private Path folder;

    @Test
    void theRecordIsShownAndSaidToBeOneAndTheNextCellTrains() throws Exception {
        Path records = Files.createDirectory(folder.resolve("records"));
        for (String name : List.of("race.json", "ladder.json", "step.json")) {
            Files.copy(Path.of("results/talk", name), records.resolve(name));
        }

        RealCells cells = RealCells.run(CELLS, folder);

        assertThat(ExecutedNotebook.parse(cells.notebook()).problems())
                .as("errors, stack traces, noise on standard error, plots that are missing")
                .isEmpty();
        for (int cut : List.of(1, 3, 5)) {
            assertThat(printed(cells, cut))
                    .as("cell " + cut)
                    .matches("RECORDED, not live: a live one did not finish within 1 s\\.\\n"
                            + "20..-..-.. on .+, commit \\p{XDigit}{12}\\S*\\.\\n");
        }
        for (int live : List.of(2, 4, 6)) {
            assertThat(printed(cells, live)).as("cell " + live).matches("Live, in \\d+\\.\\d s\\.\\n");
        }
    }

    private static String printed(RealCells cells, int cell) {
        StringBuilder all = new StringBuilder();
        for (JsonElement output : cells.outputs(cell)) {
            if (output.getAsJsonObject().has("text")) {
                output.getAsJsonObject().getAsJsonArray("text").forEach(line -> all.append(line.getAsString()));
            }
        }
        return all.toString();
    }
}
