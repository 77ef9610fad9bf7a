package org.vivace.dev;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.ThrowingConsumer;
import org.vivace.architecture.Project;
import org.vivace.cells.Home;
import org.vivace.jupyter.NotebookFile;
import org.vivace.jupyter.NotebookFile.Cell;
import org.vivace.train.Catalogue;

/** What holds of every notebook of this project, and of those that measure a method. */
@Tag("slow")
class NotebooksTest {

    private static final List<String> METHOD_CELLS =
            List.of("what", "predict", "measure", "plot", "learn", "recorded", "hurts", "check");

    private static DryShell shell;

    @BeforeAll
    static void open() throws IOException {
        shell = new DryShell();
        assertThat(shell.complaints(start())).isEmpty();
    }

    /** What a kernel runs before a notebook's first cell. */
    private static String start() throws IOException {
        try (InputStream stream = NotebooksTest.class.getResourceAsStream("/org/vivace/jupyter/start.jshell")) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @AfterAll
    static void close() {
        shell.close();
    }

    static List<Path> all() throws IOException {
        List<Path> all = new ArrayList<>();
        for (String folder : List.of("notebooks", "tutorials")) {
            Path path = Project.root().resolve(folder);
            if (Files.isDirectory(path)) {
                try (Stream<Path> files = Files.list(path)) {
                    files.filter(file -> file.toString().endsWith(".ipynb"))
                            .sorted()
                            .forEach(all::add);
                }
            }
        }
        return all;
    }

    private static Stream<DynamicTest> each(ThrowingConsumer<Path> test) throws IOException {
        return all().stream()
                .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> test.accept(file)));
    }

    @Test
    void everyMethodHasItsNotebook() throws IOException {
        assertThat(all().stream().map(file -> file.getFileName().toString()))
                .containsAll(Catalogue.all().stream()
                        .map(entry -> Home.kebab(entry.name()) + ".ipynb")
                        .toList());
    }

    @TestFactory
    Stream<DynamicTest> aMethodsNotebookHasTheShapeOfAll() {
        return Catalogue.all().stream()
                .map(entry -> DynamicTest.dynamicTest(entry.name(), () -> {
                    Card card = Card.of(Project.root(), entry.name());
                    List<Cell> cells = NotebookFile.read(
                                    Project.root().resolve("notebooks/" + Home.kebab(entry.name()) + ".ipynb"))
                            .cells();
                    assertThat(cells).extracting(Cell::id).isEqualTo(METHOD_CELLS);
                    assertThat(cells.get(0).source())
                            .startsWith("# " + entry.name() + "\n")
                            .contains(card.sentence(), card.formula(), "methods/cards/" + Home.kebab(entry.name()));
                    assertThat(cells.get(6).source()).contains(card.hurts(), card.paper());
                    assertThat(cells.get(1).source()).contains("bench.predict()", entry.name());
                    assertThat(cells.get(5).source()).contains("Recorded.of(bench)");
                    assertThat(cells.stream().filter(cell -> cell.source().contains("Plots.")))
                            .hasSizeGreaterThanOrEqualTo(2);
                }));
    }

    @TestFactory
    Stream<DynamicTest> everyNotebookIsWrittenAsJupyterWritesItAndHasNoOutputs() throws IOException {
        return each(file -> {
            String text = Files.readString(file);
            JsonObject notebook = JsonParser.parseString(text).getAsJsonObject();
            assertThat(notebook.get("nbformat").getAsInt()).isEqualTo(4);
            assertThat(notebook.get("nbformat_minor").getAsInt()).isEqualTo(5);
            JsonObject kernel = notebook.getAsJsonObject("metadata").getAsJsonObject("kernelspec");
            assertThat(kernel.get("name").getAsString()).isEqualTo("java");
            assertThat(kernel.get("language").getAsString()).isEqualTo("java");
            assertThat(text).endsWith("\n}\n").startsWith("{\n \"cells\": [\n  {\n");
            List<String> ids = new ArrayList<>();
            for (JsonElement each : notebook.getAsJsonArray("cells")) {
                JsonObject cell = each.getAsJsonObject();
                ids.add(cell.get("id").getAsString());
                if (cell.get("cell_type").getAsString().equals("code")) {
                    assertThat(cell.getAsJsonArray("outputs")).as("outputs").isEmpty();
                    assertThat(cell.get("execution_count").isJsonNull()).isTrue();
                }
            }
            assertThat(ids).doesNotHaveDuplicates().allMatch(id -> id.matches("[a-z][a-z0-9-]*"));
        });
    }

    @TestFactory
    Stream<DynamicTest> noCellKnowsItsKernelOrItsMachineAndTheLastOneChecks() throws IOException {
        return each(file -> {
            List<Cell> code =
                    NotebookFile.read(file).cells().stream().filter(Cell::code).toList();
            for (Cell cell : code) {
                assertThat(cell.source().lines())
                        .as("magics in " + cell.id())
                        .noneMatch(line -> line.startsWith("%") || line.startsWith("!"));
                assertThat(cell.source())
                        .as(cell.id())
                        .doesNotContainPattern("\\bdisplay\\(")
                        .doesNotContainPattern("\"/(?:home|root|tmp|work|usr|Users)\\b")
                        .doesNotContain("ai.djl.training.dataset.*");
            }
            assertThat(code.get(code.size() - 1).source()).contains("Check.");
        });
    }

    /** A longer line would be cut off where Jupyter is shown on a projector. */
    @TestFactory
    Stream<DynamicTest> codeFitsThePage() throws IOException {
        return each(file -> assertThat(NotebookFile.read(file).cells().stream()
                        .filter(Cell::code)
                        .flatMap(cell -> cell.source().lines()))
                .allMatch(line -> line.length() <= 106));
    }

    @TestFactory
    Stream<DynamicTest> everyCellCompiles() throws IOException {
        return each(file -> {
            shell.forget();
            for (Cell cell : NotebookFile.read(file).cells()) {
                if (cell.code()) {
                    assertThat(shell.complaints(cell.source())).as(cell.id()).isEmpty();
                }
            }
        });
    }

    @Test
    void aCellThatDoesNotCompileIsNoticed() {
        shell.forget();
        assertThat(shell.complaints("var bench = Bench.of(\"language\").with(new FusedAdamW());\nbench.time()"))
                .isEmpty();
        assertThat(shell.complaints("bench.tome()")).singleElement().asString().contains("tome");
        assertThat(shell.complaints("Plots.speedups(bench"))
                .singleElement()
                .asString()
                .startsWith("incomplete");
        shell.forget();
        assertThat(shell.complaints("bench.time()")).singleElement().asString().contains("bench");
    }
}
