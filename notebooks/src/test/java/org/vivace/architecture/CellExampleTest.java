package org.vivace.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The example of a cell, taken from its document and run as a notebook would run it. */
@Tag("slow")
class CellExampleTest {

    @Test
    void runsAsItStands() {
        String document = Quotes.read(Project.root().resolve("docs/jupyter.md"));
        List<String> whole =
                Quotes.javaBlocks(document).stream().filter(Quotes::isWhole).toList();
        assertThat(whole).hasSize(1);
        assertThat(whole.get(0).lines()).hasSizeLessThanOrEqualTo(12);
        // In this JVM, so that the example finds the class path and the native library of the tests.
        try (JShell shell = JShell.builder().executionEngine("local").build()) {
            shell.addToClasspath(System.getProperty("java.class.path"));
            List<SnippetEvent> events = run(shell, whole.get(0));
            assertThat(events.get(events.size() - 1).value()).matches("\"?100 steps in .* test loss [23]\\.\\d+\"?");
        }
    }

    private static List<SnippetEvent> run(JShell shell, String source) {
        List<SnippetEvent> events = new ArrayList<>();
        String rest = source;
        while (!rest.isBlank()) {
            CompletionInfo next = shell.sourceCodeAnalysis().analyzeCompletion(rest);
            for (SnippetEvent event : shell.eval(next.source())) {
                assertThat(event.exception()).as(next.source()).isNull();
                assertThat(shell.diagnostics(event.snippet()).map(each -> each.getMessage(null)))
                        .as(next.source())
                        .isEmpty();
                assertThat(event.status()).as(next.source()).isEqualTo(Snippet.Status.VALID);
                events.add(event);
            }
            rest = next.remaining();
        }
        return events;
    }
}
