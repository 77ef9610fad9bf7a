package org.vivace.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.vivace.measure.BenchRecord;

/** A record's table for a terminal, in ASCII, at most 100 characters wide. */
public final class TextTable {

    private static final int WIDTH = 100;
    private static final int MOST_FOR_ONE_METHOD = 44;
    private static final String BEFORE_PLUS = " (?=\\+ )";
    private static final String GAP = "  ";

    private TextTable() {}

    /**
     * The step times, where they were measured, and below them what trainings over seeds found. Long recipes are broken at
     * their plus signs; the last columns are left out where there is no room for them.
     */
    public static String of(BenchRecord record) {
        List<String> parts = new ArrayList<>();
        if (Tables.timed(record) || record.quality().isEmpty()) {
            parts.add(of(Tables.cells(record)) + paragraphs(Words.firstSteps(record).stream()));
        }
        if (record.quality().isPresent()) {
            parts.add(of(QualityTable.cells(record)));
            parts.add(paragraphs(QualityWords.notes(record.quality().get()).stream()));
        }
        return String.join("\n", parts);
    }

    private static String paragraphs(Stream<String> sentences) {
        return sentences
                .flatMap(sentence -> broken(ascii(sentence), " ", WIDTH).stream())
                .map(line -> line + "\n")
                .collect(Collectors.joining());
    }

    private static String ascii(String text) {
        return text.replace("\u00b1", "+-");
    }

    /** A sentence in lines. */
    static String paragraph(String sentence) {
        return paragraphs(Stream.of(sentence));
    }

    /** Rows of words, the header first. */
    static String of(List<List<String>> rows) {
        int columns = rows.get(0).size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int column = 0; column < columns; column++) {
                widths[column] = Math.max(
                        widths[column],
                        lines(row.get(column)).mapToInt(String::length).max().orElse(0));
            }
        }
        int methods = Math.min(MOST_FOR_ONE_METHOD, longestMethod(rows));
        int others = 0;
        int shown = 1;
        while (shown < columns && others + GAP.length() + widths[shown] <= WIDTH - methods) {
            others += GAP.length() + widths[shown];
            shown++;
        }
        int first = Math.min(widths[0], WIDTH - others);
        StringBuilder text = new StringBuilder();
        for (int row = 0; row < rows.size(); row++) {
            append(text, rows.get(row), widths, first, shown);
            if (row == 0) {
                text.append("-".repeat(first + others)).append('\n');
            }
        }
        return text.toString();
    }

    private static Stream<String> lines(String cell) {
        return ascii(cell).lines();
    }

    private static int longestMethod(List<List<String>> rows) {
        return rows.stream()
                .flatMap(row -> row.get(0).lines())
                .flatMap(line -> Arrays.stream(line.split(BEFORE_PLUS)))
                .mapToInt(method -> method.length() + GAP.length())
                .max()
                .orElseThrow();
    }

    private static void append(StringBuilder text, List<String> row, int[] widths, int first, int shown) {
        List<List<String>> cells = new ArrayList<>();
        cells.add(
                lines(row.get(0)).flatMap(line -> broken(line, first).stream()).toList());
        row.subList(1, shown).forEach(cell -> cells.add(lines(cell).toList()));
        int lines = cells.stream().mapToInt(List::size).max().orElseThrow();
        for (int place = 0; place < lines; place++) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < shown; column++) {
                String cell =
                        place < cells.get(column).size() ? cells.get(column).get(place) : "";
                line.append(column == 0 ? "" : GAP).append(padded(cell, column == 0 ? first : widths[column]));
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
    }

    private static String padded(String cell, int width) {
        return cell + " ".repeat(Math.max(0, width - cell.length()));
    }

    /** The recipe in lines of at most {@code width}; a single method longer than that is cut where the line ends. */
    static List<String> broken(String recipe, int width) {
        return broken(recipe, BEFORE_PLUS, width);
    }

    private static List<String> broken(String text, String at, int width) {
        List<String> lines = new ArrayList<>();
        String line = "";
        for (String method : text.split(at)) {
            String longer = line.isEmpty() ? method : line + " " + method;
            if (longer.length() > width && !line.isEmpty()) {
                lines.add(line);
                longer = GAP + method;
            }
            while (longer.length() > width) {
                lines.add(longer.substring(0, width));
                longer = GAP + GAP + longer.substring(width);
            }
            line = longer;
        }
        lines.add(line);
        return lines;
    }
}
