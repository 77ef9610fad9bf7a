package org.vivace.dev;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.vivace.cells.Home;
import org.vivace.measure.Atomically;
import org.vivace.train.Catalogue;
import org.vivace.train.CatalogueEntry;
import org.vivace.train.EfficiencyMethod;

/** Which two methods go together, in either order: {@code methods/README.md}, made by training each pair, never typed. */
final class PairTable {

    private static final String FILE = "methods/README.md";

    private PairTable() {}

    /** Brings the file in the project's root up to date; true where it was not. */
    static boolean update(Path root) {
        Path file = root.resolve(FILE);
        try {
            if (!Files.isDirectory(root.resolve("methods"))) {
                throw new IOException("no folder methods");
            }
            String after = document();
            if (Files.exists(file) && Files.readString(file).equals(after)) {
                return false;
            }
            Atomically.write(file, after);
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(
                    root + " must be the root of Vivace's sources, got " + e.getMessage() + ": run it from there", e);
        }
    }

    /** Of the catalogue's methods with their defaults; trains some hundred small models, which takes seconds. */
    static String document() {
        List<EfficiencyMethod> methods =
                Catalogue.all().stream().map(CatalogueEntry::byDefault).toList();
        return document(methods, PairTrial::refusal);
    }

    /** @param refusal of the first method with the second, in this order */
    static String document(
            List<EfficiencyMethod> methods, BiFunction<EfficiencyMethod, EfficiencyMethod, Optional<String>> refusal) {
        List<String> reasons = new ArrayList<>();
        StringBuilder rows = new StringBuilder();
        for (EfficiencyMethod first : methods) {
            rows.append("| ").append(link(first)).append(" |");
            for (EfficiencyMethod second : methods) {
                String cell = first == second
                        ? "-"
                        : refusal.apply(first, second)
                                .map(reason -> number(reasons, reason))
                                .orElseGet(() -> "+" + besides(first, second));
                rows.append(' ').append(cell).append(" |");
            }
            rows.append('\n');
        }
        String heads = methods.stream().map(EfficiencyMethod::name).collect(Collectors.joining(" | "));
        StringBuilder text = new StringBuilder("# Methods\n\nEach name leads to the method's card. ")
                .append(
                        "`./vivace pairs` has trained each two of them together, on small models of text and of images, ")
                .append(
                        "and made this table: + trains (with a third method, where one of them needs it), a number is the reason")
                .append(
                        " for which the pair is refused. The row's method stands first in the recipe.\n\n| first \\ second | ")
                .append(heads)
                .append(" |\n|")
                .append(" --- |".repeat(methods.size() + 1))
                .append('\n')
                .append(rows)
                .append('\n');
        for (int i = 0; i < reasons.size(); i++) {
            text.append(i + 1).append(". ").append(reasons.get(i)).append('\n');
        }
        return text.toString();
    }

    private static String besides(EfficiencyMethod first, EfficiencyMethod second) {
        List<EfficiencyMethod> beside = PairTrial.beside(first, second);
        return beside.isEmpty()
                ? ""
                : beside.stream().map(EfficiencyMethod::name).collect(Collectors.joining(", ", " with ", ""));
    }

    private static String number(List<String> reasons, String reason) {
        if (!reasons.contains(reason)) {
            reasons.add(reason);
        }
        return String.valueOf(reasons.indexOf(reason) + 1);
    }

    private static String link(EfficiencyMethod method) {
        return "[" + method.name() + "](cards/" + Home.kebab(method.name()) + ".md)";
    }
}
