package org.vivace.jupyter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ExecutedNotebookTest {

    private static final String PLOT = cell("plot", "Plots.losses(record)", "[]", picture());
    private static final String TABLE = cell("measure", "bench.time()", "[]", html());
    private static final String CHECK =
            cell("check", "Check.that(true, \\\"x\\\");", "[]", stream("stdout", "ok: x\\n"));

    private static String cell(String id, String source, String tags, String... outputs) {
        return """
                {"cell_type": "code", "execution_count": 1, "id": "%s", "metadata": {"tags": %s},
                 "source": ["%s"], "outputs": [%s]}""".formatted(id, tags, source, String.join(",", outputs));
    }

    private static String picture() {
        return "{\"output_type\": \"execute_result\", \"data\": {\"image/png\": \"iVBO\", \"text/plain\": [\"a picture\"]}}";
    }

    private static String html() {
        return "{\"output_type\": \"execute_result\", \"data\": {\"text/html\": [\"<table>\"], \"text/plain\": \"x\"}}";
    }

    private static String stream(String name, String text) {
        return "{\"output_type\": \"stream\", \"name\": \"%s\", \"text\": [\"%s\"]}".formatted(name, text);
    }

    private static String error(String name, String value, String trace) {
        return "{\"output_type\": \"error\", \"ename\": \"%s\", \"evalue\": \"%s\", \"traceback\": [\"%s\"]}"
                .formatted(name, value, trace);
    }

    private static List<String> problems(String... cells) {
        return ExecutedNotebook.parse("{\"cells\": [" + String.join(",", cells) + "]}")
                .problems();
    }

    @Test
    void aNotebookThatDoesWhatItPromisesPasses() {
        String words = "{\"cell_type\": \"markdown\", \"metadata\": {}, \"source\": [\"Traceback (most recent\"]}";
        String empty =
                "{\"cell_type\": \"code\", \"execution_count\": null, \"metadata\": {}, \"source\": [], \"outputs\": []}";
        assertThat(problems(words, TABLE, empty, PLOT, CHECK)).isEmpty();
    }

    @Test
    void anErrorIsNamedWithItsCellAndItsFirstLine() {
        String failed = cell(
                "train", "train()", "[]", error("EvalException", "no data", "\\u001b[31mjava.lang.X: no data\\nat y"));
        assertThat(problems(TABLE, PLOT, failed, cell("later", "x", "[]", error("E", "later", "")), CHECK))
                .containsExactly("cell train: java.lang.X: no data");
        String unknown = cell("train", "train()", "[]", error("CompilerException", "", "-----\\nCompile error:\\nx"));
        assertThat(problems(TABLE, PLOT, unknown, CHECK))
                .containsExactly("cell train: CompilerException, Compile error:");
        String bare = cell("train", "train()", "[]", error("EvalException", "why", ""));
        assertThat(problems(TABLE, PLOT, bare, CHECK)).containsExactly("cell train: EvalException: why");
    }

    @Test
    void aCellThatFailsOnPurposeMayDoSo() {
        String shown = cell(
                "fails",
                "Plots.x(y)",
                "[\\\"raises-exception\\\"]".replace("\\", ""),
                error("E", "v", "at a.b(C.java:1)"));
        assertThat(problems(TABLE, PLOT, shown, CHECK)).isEmpty();
    }

    @Test
    void aCellThatWasNotExecuted() {
        assertThat(problems(
                        TABLE,
                        PLOT,
                        cell("a", "x", "[]").replace("\"execution_count\": 1", "\"execution_count\": null"),
                        CHECK))
                .containsExactly("cell a: expected it to be executed, found that it was not: read Jupyter's output");
    }

    @Test
    void noiseOnStandardError() {
        assertThat(problems(TABLE, PLOT, cell("a", "x", "[]", stream("stderr", "WARN y\\nmore")), CHECK))
                .containsExactly("cell a: expected nothing on standard error, found \"WARN y\"");
    }

    @Test
    void aStackTraceThatSomebodyPrinted() {
        String trace = stream("stdout", "java.lang.X\\n\\tat a.b.C.d(C.java:7)\\n");
        assertThat(problems(TABLE, PLOT, cell("a", "x", "[]", trace), CHECK))
                .containsExactly("cell a: expected no stack trace, found one in the output: handle what throws there");
        assertThat(problems(TABLE, PLOT, cell("a", "x", "[]", stream("stdout", "at noon (twelve)")), CHECK))
                .isEmpty();
    }

    @Test
    void aChartThatIsNotShown() {
        assertThat(problems(TABLE, PLOT, cell("other", "var p = ProfilePlots.split(r);", "[]"), CHECK))
                .containsExactly(
                        "cell other: expected the chart that it draws, found no image: make that the last expression");
        assertThat(problems(TABLE, CHECK))
                .containsExactly("expected a chart, found no image in any output: end a cell in one");
    }

    @Test
    void noTable() {
        assertThat(problems(PLOT, CHECK))
                .containsExactly(
                        "expected a table or a verdict, found none in any output: end a cell in a record or a table");
    }

    @Test
    void noChecksAtTheEnd() {
        assertThat(problems(PLOT, TABLE))
                .containsExactly(
                        "cell measure: expected the last cell to check the notebook's numbers, found no Check in it:"
                                + " end in Check.that(...)");
        assertThat(problems(PLOT, TABLE, cell("check", "if (false) Check.that(x);", "[]")))
                .containsExactly("cell check: expected \"ok: ...\" from the checks, found no such line: let them run");
    }

    @Test
    void nothingAtAll() {
        assertThat(problems()).containsExactly("expected cells with code, found none: write some");
    }
}
