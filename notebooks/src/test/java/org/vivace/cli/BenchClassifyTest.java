package org.vivace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vivace.datasets.DataSetCatalog;

/** {@code bench classify} on a model too small to be of interest. */
@Tag("slow")
class BenchClassifyTest {

    @TempDir
    private Path folder;

    @Test
    void classify() throws Exception {
        assumeMails();
        Path file = folder.resolve("bench.json");
        CommandRun run = bench("--batch", "2", "--json", file.toString());
        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("plain DJL again").contains("index.html");
        JsonObject json = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
        assertThat(json.get("workload").getAsString()).isEqualTo("classify");
        assertThat(json.get("partial").getAsBoolean()).isFalse();
        assertThat(json.getAsJsonObject("settings").get("data").getAsString()).isEqualTo("SpamAssassin's mails");
        JsonObject recipe = json.getAsJsonArray("variants").get(0).getAsJsonObject();
        assertThat(recipe.getAsJsonArray("methods")).hasSize(4);
        assertThat(recipe.get("mfu").getAsDouble()).isPositive();
    }

    @Test
    void aBatchWithoutMailsIsRefused() {
        CommandRun run = bench("--batch", "0");
        assertThat(run.err()).contains("batch must be at least 1, got 0: give a larger one");
        assertThat(run.code()).isEqualTo(2);
    }

    @Test
    void withoutTheMailsItSaysHowToGetThem() throws Exception {
        String[] words = tiny("--batch", "2");
        CommandRun run = VivaceProcess.run(Map.of("VIVACE_DATA", folder.toString()), words);
        assertThat(run.err())
                .isEqualTo("vivace: expected the mails of the SpamAssassin corpus on this machine, found none: run"
                        + " './vivace data fetch spam-assassin' first\n");
        assertThat(run.code()).isEqualTo(1);
    }

    private static void assumeMails() {
        assumeThat(new DataSetCatalog().get("spam-assassin").found())
                .as("the mails are not on this machine: run './vivace data fetch spam-assassin'")
                .isPresent();
    }

    private CommandRun bench(String... more) {
        return CommandRun.of(tiny(more));
    }

    private String[] tiny(String... more) {
        String tiny = "bench classify --width 16 --layers 1 --heads 2 --longest 64 --steps 6 --out";
        List<String> arguments = new ArrayList<>(List.of(tiny.split(" ")));
        arguments.add(folder.resolve("out").toString());
        arguments.addAll(List.of(more));
        return arguments.toArray(String[]::new);
    }
}
