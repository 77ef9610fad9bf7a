package org.vivace.dev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vivace.architecture.Project;
import org.vivace.cli.CommandRun;
import org.vivace.jupyter.NotebookFile;
import org.vivace.jupyter.NotebookFile.Cell;
import org.vivace.methods.Muon;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.Equivalence;
import org.vivace.train.Hooks;
import org.vivace.train.Kind;
import org.vivace.train.Run;
import org.vivace.train.Traits;

class NotebookNewCommandTest {

    @TempDir
    Path root;

    @BeforeEach
    void theCards() throws Exception {
        Files.createDirectories(root.resolve("methods/cards"));
        Files.createDirectories(root.resolve("notebooks"));
        for (String card : new String[] {"muon", "low-precision-layer-norm"}) {
            String name = "methods/cards/" + card + ".md";
            Files.copy(Project.root().resolve(name), root.resolve(name));
        }
    }

    private CommandRun write(String... arguments) {
        String[] all = new String[arguments.length + 4];
        System.arraycopy(new String[] {"notebook", "new", "--root", root.toString()}, 0, all, 0, 4);
        System.arraycopy(arguments, 0, all, 4, arguments.length);
        return CommandRun.of(all);
    }

    @Test
    void writesTheNotebookOfAMethodFromItsCard() throws Exception {
        CommandRun run = write("muon", "--workload", "vision");
        Path file = root.resolve("notebooks/muon.ipynb");
        assertThat(run.err()).isEmpty();
        assertThat(run.out().strip())
                .isEqualTo(file.toAbsolutePath().normalize().toString());
        NotebookFile notebook = NotebookFile.read(file);
        assertThat(notebook.cells().get(1).source())
                .startsWith("var bench = Bench.of(\"vision\", Size.here()).with(new Muon());\n");
        assertThat(notebook.cells())
                .allSatisfy(cell -> assertThat(cell.source()).doesNotContain("{sentence}"));
        assertThat(Files.readString(file)).isEqualTo(notebook.toJson());
    }

    @Test
    void aMethodThatNeedsAnotherStandsBehindIt() {
        assertThat(write("LowPrecisionLayerNorm").code()).isZero();
        NotebookFile notebook = NotebookFile.read(root.resolve("notebooks/low-precision-layer-norm.ipynb"));
        assertThat(notebook.cells().get(1).source()).contains("new MixedPrecision(), new LowPrecisionLayerNorm()");
        assertThat(notebook.cells().get(2).source()).contains("bench.ladder()");
    }

    @Test
    void aNotebookIsNotLost() {
        assertThat(write("Muon").code()).isZero();
        CommandRun again = write("Muon");
        assertThat(again.code()).isEqualTo(2);
        assertThat(again.err())
                .contains("muon.ipynb must not be there yet, found one: add --replace to overwrite its changes");
        assertThat(write("Muon", "--replace").code()).isZero();
    }

    @Test
    void wrongUseIsSaidInASentence() {
        assertThat(write("Moun").err()).contains("there is no method Moun: did you mean Muon");
        assertThat(write("Muon,FusedSgd").err()).contains("METHOD must be one method, got 2: name one");
        assertThat(write("Muon", "--workload", "speech").err())
                .contains("--workload must be one of language, vision, classify, got speech");
        assertThat(write("Muon", "--workload", "mlp").err())
                .as("random numbers, of which nothing is learnt")
                .contains("--workload must be one of language, vision, classify, got mlp");
        assertThat(write("FusedSgd").err())
                .contains("expected the card of FusedSgd at ", "found none: write the card first");
        CommandRun bare = CommandRun.of("notebook");
        assertThat(bare.code()).isEqualTo(2);
        assertThat(bare.err()).contains("expected one of ").contains("new");
    }

    @Test
    void aCardWithoutAFormulaIsRefused() throws Exception {
        Path card = root.resolve("methods/cards/muon.md");
        Files.writeString(card, Files.readString(card).replaceAll("(?m)^\\$.*$", ""));
        assertThat(write("Muon").err())
                .contains("must have a line of LaTeX under 'Tl;dr' that begins with $, got none: write the method's");
        Files.writeString(card, "# Muon\n\n## Tl;dr\nText\n\n$x$\n");
        assertThat(write("Muon").err()).contains("must have the heading 'When it hurts', got one without");
    }

    @Test
    void methodsAreMadeByTheirConstructor() {
        assertThat(MethodNotebook.inCode(Muon.of(12))).isEqualTo("new Muon()");
        assertThatThrownBy(() -> MethodNotebook.inCode(new Settled(3)))
                .hasMessage("expected Settled to have a constructor without arguments, found none: add one with the"
                        + " paper's defaults");
    }

    /** A method that has no defaults. */
    private record Settled(int setting) implements EfficiencyMethod {

        @Override
        public Traits traits() {
            return Traits.of(Kind.OPTIMIZER, Equivalence.BIT_EQUAL);
        }

        @Override
        public Hooks attach(Run run) {
            return new Hooks() {};
        }
    }

    @Test
    void cellsAreReadFromTheDocumentAndTheFile() throws Exception {
        NotebookFile notebook = NotebookFile.parse(
                "<!-- cell: what -->\n# Title\n\n<b> = \"x\"\n<!-- cell: run-it -->\n```java\nint x = 1;\nx < 2\n```\n");
        assertThat(notebook.cells())
                .containsExactly(
                        new Cell("what", false, "# Title\n\n<b> = \"x\""),
                        new Cell("run-it", true, "int x = 1;\nx < 2"));
        String json = notebook.toJson();
        assertThat(json)
                .contains(
                        "   \"execution_count\": null,\n   \"id\": \"run-it\",\n   \"metadata\": {},\n   \"outputs\": [],")
                .contains("    \"int x = 1;\\n\",\n    \"x < 2\"\n   ]")
                .contains("<b> = \\\"x\\\"")
                .endsWith("}\n");
        Path file = Files.writeString(root.resolve("some.ipynb"), json);
        assertThat(NotebookFile.read(file)).isEqualTo(notebook);
        Files.writeString(file, "{}");
        assertThatThrownBy(() -> NotebookFile.read(file))
                .hasMessage(file
                        + " must be a notebook of format 4.5, got something else: write it with Jupyter 4 or newer");
        assertThatThrownBy(() -> NotebookFile.read(root.resolve("none.ipynb")))
                .hasMessageContaining("must be a readable notebook");
    }
}
