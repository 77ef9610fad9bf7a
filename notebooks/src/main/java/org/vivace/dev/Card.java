package org.vivace.dev;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.vivace.cells.Home;

/** A method's one-page document, by its headings. */
record Card(Path file, Map<String, String> sections) {

    static Card of(Path root, String method) {
        Path file = root.resolve("methods/cards").resolve(Home.kebab(method) + ".md");
        try {
            return new Card(file, sections(Files.readString(file)));
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException(
                    "expected the card of " + method + " at " + file + ", found none: write the card first", e);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " must be readable, got " + e + ": check its permissions", e);
        }
    }

    private static Map<String, String> sections(String card) {
        Map<String, String> sections = new LinkedHashMap<>();
        for (String part : card.split("(?m)^## ")) {
            int end = part.indexOf('\n');
            sections.put(part.substring(0, end).strip(), part.substring(end).strip());
        }
        return sections;
    }

    /** What the method does, without the formula. */
    String sentence() {
        return section("Tl;dr")
                .lines()
                .filter(line -> !line.startsWith("$"))
                .reduce((a, b) -> a + "\n" + b)
                .orElse("")
                .strip();
    }

    /** The line of the first section that begins with a dollar sign. */
    String formula() {
        return section("Tl;dr")
                .lines()
                .filter(line -> line.startsWith("$"))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(file
                        + " must have a line of LaTeX under 'Tl;dr' that begins with $, got none: write the method's"
                        + " formula there"));
    }

    String hurts() {
        return section("When it hurts");
    }

    String costs() {
        return section("What it costs");
    }

    String paper() {
        return section("Paper");
    }

    private String section(String heading) {
        String text = sections.get(heading);
        if (text == null) {
            throw new IllegalArgumentException(
                    file + " must have the heading '" + heading + "', got one without: write that section");
        }
        return text;
    }
}
