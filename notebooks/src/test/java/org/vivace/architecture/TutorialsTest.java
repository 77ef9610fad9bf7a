package org.vivace.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every tutorial has; that its cells run and its checks hold, only running it shows. */
class TutorialsTest {

    private static final Pattern PLOT =
            Pattern.compile("(Plots|ProfilePlots)\\.\\w+\\(\\w+\\)\\s*$|\\.image\\(\\)\\s*$");
    private static final Pattern TABLE = Pattern.compile("Table\\.create\\(|Tables\\.\\w+\\(");
    private static final Pattern OF_ONE_MACHINE = Pattern.compile("\"/(home|root|tmp|work|usr)/");

    private record Cell(String kind, String id, String source, boolean solution, boolean cleared) {

        boolean isCode() {
            return kind.equals("code");
        }
    }

    static List<Path> tutorials() throws IOException {
        try (Stream<Path> files = Files.list(Project.root().resolve("tutorials"))) {
            return files.filter(each -> each.getFileName().toString().matches("\\d\\d-.*\\.ipynb"))
                    .sorted()
                    .toList();
        }
    }

    private static List<Cell> cells(Path file) {
        List<Cell> cells = new ArrayList<>();
        JsonObject notebook = JsonParser.parseString(Quotes.read(file)).getAsJsonObject();
        for (JsonElement each : notebook.getAsJsonArray("cells")) {
            JsonObject cell = each.getAsJsonObject();
            StringBuilder source = new StringBuilder();
            cell.getAsJsonArray("source").forEach(line -> source.append(line.getAsString()));
            String kind = cell.get("cell_type").getAsString();
            cells.add(new Cell(
                    kind,
                    cell.get("id").getAsString(),
                    source.toString(),
                    cell.getAsJsonObject("metadata").toString().contains("\"solution\""),
                    !kind.equals("code")
                            || cell.getAsJsonArray("outputs").isEmpty()
                                    && cell.get("execution_count").isJsonNull()));
        }
        return cells;
    }

    @Test
    void thereAreSevenAndTheReadmeLeadsToThem() throws IOException {
        String readme = Quotes.read(Project.root().resolve("README.md"));
        String list = "docs/jupyter.md";
        assertThat(readme).contains("(" + list + ")");
        String listed = Quotes.read(Project.root().resolve(list));
        assertThat(tutorials())
                .hasSize(7)
                .allSatisfy(each -> assertThat(listed).contains("(../tutorials/" + each.getFileName() + ")"));
    }

    @ParameterizedTest
    @MethodSource("tutorials")
    void eachShowsAsksAndChecks(Path file) {
        List<Cell> cells = cells(file);
        List<Cell> code = cells.stream().filter(Cell::isCode).toList();
        assertThat(cells.get(0).source()).startsWith("# ");
        assertThat(code).hasSizeBetween(8, 16);
        assertThat(cells.stream().map(Cell::id)).doesNotHaveDuplicates();
        assertThat(code).anyMatch(each -> PLOT.matcher(each.source()).find());
        assertThat(code).anyMatch(each -> TABLE.matcher(each.source()).find());
        assertThat(code.stream().filter(each -> each.source().contains("Exercise.check(")))
                .hasSizeBetween(2, 3);
        assertThat(code.stream().filter(Cell::solution))
                .singleElement()
                .satisfies(each -> assertThat(each.source()).contains("Check."));
        assertThat(cells.get(cells.size() - 1).source()).contains("Check.");
    }

    /** An answer in an exercise would be one that nobody has to find. */
    @ParameterizedTest
    @MethodSource("tutorials")
    void anExerciseIsCommittedUnanswered(Path file) {
        assertThat(cells(file).stream().filter(each -> each.source().contains("Exercise.check(")))
                .allSatisfy(each -> assertThat(each.source()).containsPattern("// (your answer|take one out)"));
    }

    @ParameterizedTest
    @MethodSource("tutorials")
    void eachIsCommittedWithoutOutputsAndRunsAnywhere(Path file) {
        assertThat(cells(file)).allSatisfy(each -> {
            assertThat(each.cleared()).isTrue();
            assertThat(each.source().lines().count())
                    .as("lines of " + each.id())
                    .isLessThan(60);
            if (each.isCode()) {
                assertThat(each.source())
                        .doesNotContainPattern(OF_ONE_MACHINE)
                        .doesNotContainPattern("(?m)^\\s*%")
                        .doesNotContain("import ai.djl.training.dataset.*");
            }
        });
    }
}
