package org.vivace.dev;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;
import jdk.jshell.spi.ExecutionControl;
import jdk.jshell.spi.ExecutionControlProvider;
import jdk.jshell.spi.ExecutionEnv;

/** A notebook's kernel that compiles what it is given and runs none of it. */
final class DryShell implements AutoCloseable {

    private final JShell shell;

    DryShell() {
        shell = JShell.builder().executionEngine(new Provider(), Map.of()).build();
        shell.addToClasspath(System.getProperty("java.class.path"));
    }

    /** What the compiler has to say against the code, a sentence each. */
    List<String> complaints(String source) {
        List<String> complaints = new ArrayList<>();
        String rest = source;
        while (!rest.isBlank()) {
            CompletionInfo next = shell.sourceCodeAnalysis().analyzeCompletion(rest);
            if (!next.completeness().isComplete()) {
                complaints.add("incomplete: " + rest);
                return complaints;
            }
            for (SnippetEvent event : shell.eval(next.source())) {
                boolean own = event.causeSnippet() == null;
                if (own && event.status() != Snippet.Status.VALID) {
                    complaints.add(event.snippet().source() + ": "
                            + shell.diagnostics(event.snippet())
                                    .map(each -> each.getMessage(null))
                                    .toList());
                }
            }
            rest = next.remaining();
        }
        return complaints;
    }

    /** Drops what was declared, and keeps the imports. */
    void forget() {
        List<Snippet> declared = shell.snippets()
                .filter(each -> each.kind() != Snippet.Kind.IMPORT)
                .filter(each -> shell.status(each).isActive())
                .toList();
        for (int i = declared.size() - 1; i >= 0; i--) {
            shell.drop(declared.get(i));
        }
    }

    @Override
    public void close() {
        shell.close();
    }

    private static final class Provider implements ExecutionControlProvider {

        @Override
        public String name() {
            return "dry";
        }

        @Override
        public ExecutionControl generate(ExecutionEnv env, Map<String, String> parameters) {
            return new Dry();
        }
    }

    private static final class Dry implements ExecutionControl {

        @Override
        public void load(ClassBytecodes[] classes) {}

        @Override
        public void redefine(ClassBytecodes[] classes) {}

        @Override
        public String invoke(String className, String methodName) {
            return "";
        }

        @Override
        public String varValue(String className, String name) {
            return "";
        }

        @Override
        public void addToClasspath(String path) {}

        @Override
        public void stop() {}

        @Override
        public Object extensionCommand(String command, Object argument) throws NotImplementedException {
            throw new NotImplementedException(command);
        }

        @Override
        public void close() {}
    }
}
