package org.vivace.dev;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.vivace.cells.Home;
import org.vivace.jupyter.NotebookFile;
import org.vivace.train.Catalogue;
import org.vivace.train.CatalogueEntry;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.Equivalence;

/** The notebook that measures one method: a template, filled from the method and its card. */
final class MethodNotebook {

    /** The folder of kept results of longer runs, a file for each method. */
    private static final String TEMPLATE = "method-notebook.md";

    /** The least fall of a loss in the shortest training, in nats per byte or per class. */
    private static final double FALL = 0.3;

    private MethodNotebook() {}

    /**
     * The notebook of a method, filled from the template.
     *
     * @param root that has the method's card
     * @param workload to measure on
     */
    static NotebookFile of(Path root, EfficiencyMethod method, String workload) {
        Card card = Card.of(root, method.name());
        List<EfficiencyMethod> before = needed(method);
        StringBuilder recipe = new StringBuilder();
        before.forEach(each -> recipe.append(inCode(each)).append(", "));
        Map<String, String> values = new LinkedHashMap<>();
        values.put("method", method.name());
        values.put("kebab", Home.kebab(method.name()));
        values.put("sentence", card.sentence());
        values.put("formula", card.formula());
        values.put("hurts", card.hurts());
        values.put("costs", lowerCase(card.costs()));
        values.put("paper", card.paper());
        values.put("workload", workload);
        values.put("recipe", recipe + inCode(method));
        values.put("question", before.isEmpty() ? "time" : "ladder");
        values.put("plot", before.isEmpty() ? "speedups" : "stepTimes");
        values.put("fall", Double.toString(FALL));
        values.put("equivalence", equivalence(method));
        String text = template();
        for (Map.Entry<String, String> value : values.entrySet()) {
            text = text.replace("{" + value.getKey() + "}", value.getValue());
        }
        return NotebookFile.parse(text);
    }

    private static String lowerCase(String sentence) {
        return sentence.substring(0, 1).toLowerCase(Locale.ROOT) + sentence.substring(1);
    }

    /** The methods of the catalogue that provide what this one needs. */
    private static List<EfficiencyMethod> needed(EfficiencyMethod method) {
        return method.traits().needs().keySet().stream()
                .flatMap(word -> Catalogue.all().stream()
                        .map(CatalogueEntry::byDefault)
                        .filter(other -> other.traits().provides().contains(word))
                        .limit(1))
                .toList();
    }

    /** The method's declared equivalence, as a line that checks it. */
    private static String equivalence(EfficiencyMethod method) {
        Equivalence equivalence = method.traits().equivalence();
        return equivalence == Equivalence.CHANGES_TRAINING
                ? "Check.that(last < learnt.baseline().loss() + 0.5, \"a loss no more than half a nat above plain DJL's\");"
                : "Check.near(last, learnt.baseline().loss(), "
                        + (equivalence == Equivalence.WITHIN_TOLERANCE ? "0.1" : "1e-5")
                        + ",\n        \"the last held-out loss with and without " + method.name() + "\");";
    }

    /** The expression that makes the method with its defaults. */
    static String inCode(EfficiencyMethod method) {
        Class<?> type = method.getClass();
        if (Arrays.stream(type.getConstructors()).noneMatch(each -> each.getParameterCount() == 0)) {
            throw new IllegalArgumentException("expected " + method.name()
                    + " to have a constructor without arguments, found none: add one with the paper's defaults");
        }
        return "new " + type.getSimpleName() + "()";
    }

    private static String template() {
        try (InputStream stream = MethodNotebook.class.getResourceAsStream(TEMPLATE)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
