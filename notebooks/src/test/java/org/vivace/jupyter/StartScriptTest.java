package org.vivace.jupyter;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis;
import org.junit.jupiter.api.Test;

/** What cells find before they begin. */
class StartScriptTest {

    private static List<String> imports() {
        return Kernel.startScript()
                .lines()
                .filter(line -> line.startsWith("import "))
                .map(line -> line.substring("import ".length(), line.length() - 1))
                .toList();
    }

    @Test
    void compilesAndFindsWhatCellsUse() {
        try (JShell shell = JShell.builder().executionEngine("local").build()) {
            shell.addToClasspath(System.getProperty("java.class.path"));
            String cells = Kernel.startScript() + """
                    var training = Training.of(Model.newInstance("m", "PyTorch")).loss(new TokenLoss()).steps(1);
                    var recipe = List.of(MixedPrecision.bf16(), new FusedAdamW());
                    Shape shape = new Shape(1, 2);
                    Loss loss = Loss.l2Loss();
                    Phase phase = null;
                    Pass pass = Pass.TRAIN;
                    record Mine(int x) {}
                    """;
            SourceCodeAnalysis.CompletionInfo next = shell.sourceCodeAnalysis().analyzeCompletion(cells);
            while (next.completeness().isComplete()) {
                for (SnippetEvent event : shell.eval(next.source())) {
                    assertThat(event.status())
                            .as(next.source()
                                    + shell.diagnostics(event.snippet()).toList())
                            .isEqualTo(Snippet.Status.VALID);
                    assertThat(event.exception()).as(next.source()).isNull();
                }
                next = shell.sourceCodeAnalysis().analyzeCompletion(next.remaining());
            }
        }
    }

    @Test
    void noNameOfOursOrDjlsIsAmbiguous() {
        Set<String> packages = imports().stream()
                .filter(name -> name.endsWith(".*"))
                .map(name -> name.substring(0, name.length() - 2))
                .collect(Collectors.toSet());
        Map<String, Set<String>> found = new TreeMap<>();
        for (JavaClass each : new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("ai.djl", "org.vivace")) {
            if (packages.contains(each.getPackageName())
                    && each.isTopLevelClass()
                    && each.getModifiers().contains(JavaModifier.PUBLIC)) {
                found.computeIfAbsent(each.getSimpleName(), name -> new TreeSet<>())
                        .add(each.getPackageName());
            }
        }
        assertThat(found).containsKeys("Model", "Training", "Trainer", "Shape");
        Set<String> chosen = imports().stream()
                .filter(name -> !name.endsWith(".*"))
                .map(name -> name.substring(name.lastIndexOf('.') + 1))
                .collect(Collectors.toSet());
        found.keySet().removeAll(chosen);
        for (String name : found.keySet()) {
            // Kernels import these packages too.
            for (String java : List.of(
                    "java.util", "java.util.concurrent", "java.util.regex", "java.io", "java.net", "java.math")) {
                if (exists(java + "." + name)) {
                    found.get(name).add(java);
                }
            }
        }
        assertThat(found.entrySet())
                .allSatisfy(
                        each -> assertThat(each.getValue()).as(each.getKey()).hasSize(1));
    }

    private static boolean exists(String name) {
        try {
            Class.forName(name);
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }
}
