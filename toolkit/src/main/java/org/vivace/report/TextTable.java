package org.vivace.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.vivace.measure.BenchRecord;

/** A record's table for a terminal, in ASCII, at most 100 characters wide. */
public final class TextTable {

    private static final int WIDTH = 100;
    private static final int MOST_FOR_ONE_METHOD = 44;
    private static final String BEFORE_PLUS = " (?=\\+ )";
    private static final String GAP = "  ";

    private TextTable() {}

    /** Long recipes are broken at their plus signs; the last columns are left out where there is no room for them. */
    public static String of(BenchRecord record) {
        List<List<String>> rows = Tables.cells(record);
        int columns = rows.get(0).size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int column = 0; column < columns; column++) {
                widths[column] = Math.max(widths[column], row.get(column).length());
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

    private static int longestMethod(List<List<String>> rows) {
        return rows.stream()
                .flatMap(row -> Arrays.stream(row.get(0).split(BEFORE_PLUS)))
                .mapToInt(method -> method.length() + GAP.length())
                .max()
                .orElseThrow();
    }

    private static void append(StringBuilder text, List<String> row, int[] widths, int first, int shown) {
        List<String> methods = broken(row.get(0), first);
        StringBuilder line = new StringBuilder(padded(methods.get(0), first));
        for (int column = 1; column < shown; column++) {
            line.append(GAP).append(padded(row.get(column), widths[column]));
        }
        text.append(line.toString().stripTrailing()).append('\n');
        for (String more : methods.subList(1, methods.size())) {
            text.append(more).append('\n');
        }
    }

    private static String padded(String cell, int width) {
        return cell + " ".repeat(width - cell.length());
    }

    /** The recipe in lines of at most {@code width}; a single method longer than that is cut where the line ends. */
    static List<String> broken(String recipe, int width) {
        List<String> lines = new ArrayList<>();
        String line = "";
        for (String method : recipe.split(BEFORE_PLUS)) {
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
