package org.vivace.dev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vivace.measure.Atomically;
import org.vivace.measure.Baseline;
import org.vivace.measure.BenchRecord;
import org.vivace.measure.Interval;
import org.vivace.measure.Machine;
import org.vivace.measure.Quality;
import org.vivace.measure.QualityMeasure;
import org.vivace.measure.Samples;
import org.vivace.measure.Trial;
import org.vivace.measure.Variant;
import org.vivace.measure.Verdict;

class ReadmeTableTest {

    private static final String BARE = "# T\n<!-- made by ./vivace readme: -->\n<!-- until here -->\nafter\n";

    private static final Path PROJECT = Path.of("").toAbsolutePath().getParent();

    @TempDir
    private Path root;

    @Test
    void theReadmesShowTheRecords() throws IOException {
        List<Map.Entry<String, BenchRecord>> records = ReadmeTable.records(PROJECT);
        requireCurrent("README.md", ReadmeTable.summary(records));
        requireCurrent("notebooks/results/README.md", ReadmeTable.whole(ReadmeTable.besideThem(records)));
    }

    private static void requireCurrent(String file, String table) throws IOException {
        String document = Files.readString(PROJECT.resolve(file));
        assertThat(document.equals(ReadmeTable.replaced(document, table)))
                .as(file + " shows the records; './vivace readme' brings it up to date")
                .isTrue();
    }

    @Test
    void updatesBothOnceAndThenFindsNothingToDo() throws IOException {
        Path results = Files.createDirectories(root.resolve("notebooks/results"));
        Files.writeString(root.resolve("README.md"), BARE);
        Files.writeString(results.resolve("README.md"), BARE);
        String several = "{\"records\": [" + record("vision", 400).toJson() + "]}";
        Atomically.write(results.resolve("b.json"), several);
        record("language", 350).write(results.resolve("a.json"));
        // Those of single methods are shown by their notebooks.
        record("language", 300).write(root.resolve("notebooks/results/methods/a.json"));
        assertThat(ReadmeTable.update(root)).isTrue();
        assertThat(rows(root.resolve("README.md")))
                .containsExactly(
                        "| [language](notebooks/results/a.json) | a training step | 1400 ms | 350 ms, 4.00 (3.90-4.10)"
                                + " times as fast | A + B |",
                        "| [vision](notebooks/results/b.json) | a training step | 1400 ms | 400 ms, 4.00 (3.90-4.10)"
                                + " times as fast | A + B |");
        assertThat(Files.readString(root.resolve("README.md")).lines())
                .as("one sentence for one machine, and no notes")
                .filteredOn(line -> line.contains("a note") || line.startsWith("Measured on"))
                .containsExactly("Measured on cpu, 2 threads.");
        assertThat(rows(results.resolve("README.md")))
                .containsExactly(
                        "| [language](a.json) | A + B | 1400 | 350 | 4.00 (3.90-4.10), faster | not timed | cpu, 2"
                                + " threads |",
                        "| [vision](b.json) | A + B | 1400 | 400 | 4.00 (3.90-4.10), faster | not timed | cpu, 2"
                                + " threads |");
        assertThat(Files.readString(results.resolve("README.md")).lines())
                .as("the notes, and one sentence for one machine")
                .filteredOn(line -> line.contains("a note") || line.startsWith("Measured on"))
                .hasSize(3)
                .startsWith("[language](a.json): a note.");
        assertThat(ReadmeTable.update(root)).isFalse();
    }

    /** The lines for records in a document whose other text is left as it was. */
    private static List<String> rows(Path document) throws IOException {
        List<String> lines = Files.readAllLines(document);
        assertThat(lines)
                .startsWith("# T", "<!-- made by ./vivace readme: -->", "")
                .endsWith("", "<!-- until here -->", "after");
        return lines.stream().filter(line -> line.startsWith("| [")).toList();
    }

    @Test
    void oneThatIsOutOfDateIsAnUpdate() throws IOException {
        Path results = Files.createDirectories(root.resolve("notebooks/results"));
        Files.writeString(root.resolve("README.md"), BARE);
        Files.writeString(results.resolve("README.md"), BARE);
        record("language", 350).write(results.resolve("a.json"));
        assertThat(ReadmeTable.update(root)).isTrue();
        for (Path document : List.of(root.resolve("README.md"), results.resolve("README.md"))) {
            Files.writeString(document, BARE);
            assertThat(ReadmeTable.update(root)).isTrue();
            assertThat(document).content().contains("[language](");
            assertThat(ReadmeTable.update(root)).isFalse();
        }
    }

    @Test
    void trainingsToATargetComeFirst() {
        Trial slow = new Trial(1, 10, 8, List.of(8.0), List.of(1.0), List.of(1.0));
        Trial fast = new Trial(1, 10, 2, List.of(2.0), List.of(1.0), List.of(1.0));
        Quality quality = Quality.of(
                new QualityMeasure("nats a byte", false),
                OptionalDouble.of(1),
                List.of(
                        new Quality.Trials("plain DJL", List.of(), List.of(slow)),
                        new Quality.Trials("recipe", List.of("A", "B"), List.of(fast))));
        BenchRecord trained = record("language", 350).withQuality(quality);
        String document =
                ReadmeTable.whole(List.of(Map.entry("q.json", trained), Map.entry("s.json", record("vision", 400))));
        assertThat(document)
                .startsWith("Trained to a target:\n\n| workload | recipe | target | ")
                .contains("| [language](q.json) | A + B | 1 nats a byte | 8.0 s | 2.0 s | 4.00, not distinguishable |")
                .contains("\nThe time of a step:\n\n| workload | recipe | plain DJL, ms a step |");
        assertThat(ReadmeTable.whole(List.of(Map.entry("s.json", record("vision", 400)))))
                .doesNotContain("Trained to a target", "The time of a step:");
    }

    @Test
    void theSearchForALearningRateIsNoLineOfTheTable() throws IOException {
        Path results = Files.createDirectories(root.resolve("notebooks/results"));
        Files.writeString(results.resolve("tuning.json"), "{\"schema\": 1, \"rates\": []}");
        assertThat(ReadmeTable.records(root)).isEmpty();
        Files.writeString(results.resolve("broken.json"), "{\"schema\": 1, ");
        assertThatThrownBy(() -> ReadmeTable.records(root))
                .hasMessageStartingWith(results.resolve("broken.json") + " must be a whole Vivace record, got ");
    }

    @Test
    void withoutRecordsThereIsNoNumber() {
        assertThat(ReadmeTable.replaced(BARE, ReadmeTable.summary(List.of())))
                .contains("No record is kept here yet; `./vivace demo` measures on your machine.");
    }

    @Test
    void aDocumentWithoutMarksIsRefused() {
        assertThatThrownBy(() -> ReadmeTable.replaced("# T\n", ""))
                .hasMessage("the document must have the lines '<!-- made by ./vivace readme: -->' and '<!-- until here"
                        + " -->', in this order, got one without: put them where the table belongs");
    }

    @Test
    void aFolderWithoutReadmeIsRefused() {
        assertThatThrownBy(() -> ReadmeTable.update(root))
                .hasMessageStartingWith(root + " must be the root of Vivace's sources, got ")
                .hasMessageEndingWith(": run it from there");
    }

    private static BenchRecord record(String workload, double millis) {
        Machine machine =
                new Machine("cpu", List.of(), 2, 2, 1, "os", "jdk", "0.35.1", "2.7.1", "cpu()", "0123456789abcdef");
        List<List<Long>> nanos = List.of(List.of(1_400_000_000L), List.of(1_400_000_000L));
        Variant recipe = new Variant(
                List.of("A", "B"),
                new Interval(millis, millis, millis),
                null,
                new Interval(4, 3.9, 4.1),
                Verdict.FASTER,
                null,
                null,
                null,
                List.of(),
                List.of());
        return new BenchRecord(
                1,
                "./vivace bench",
                workload,
                "2026-01-01T00:00:00Z",
                machine,
                Map.of(),
                null,
                Baseline.of(new Samples("plain DJL", nanos)),
                null,
                List.of(recipe),
                List.of(),
                null,
                null,
                null,
                List.of("a note"),
                false);
    }
}
