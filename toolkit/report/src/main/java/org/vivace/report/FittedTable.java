package org.vivace.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A table for a terminal whose widest columns are broken into lines until all columns have room. */
final class FittedTable {

    private static final int WIDTH = 98;
    private static final int GAP = 2;
    /** After which a line may end: words, steps of a block's path, parts of an operator's name. */
    private static final String BREAKS = "(?<=[ /_])";

    private FittedTable() {}

    /** @param rows of words, the header first */
    static String of(List<List<String>> rows) {
        int[] widths = widths(rows);
        while (Arrays.stream(widths).sum() + GAP * (widths.length - 1) > WIDTH) {
            widths[widest(widths)]--;
        }
        List<List<String>> fitted = new ArrayList<>();
        for (List<String> row : rows) {
            List<String> cells = new ArrayList<>();
            for (int column = 0; column < row.size(); column++) {
                cells.add(broken(row.get(column), widths[column]));
            }
            fitted.add(cells);
        }
        return TextTable.of(fitted);
    }

    static String broken(String cell, int width) {
        List<String> lines = new ArrayList<>();
        cell.lines().forEach(part -> {
            StringBuilder line = new StringBuilder();
            for (String piece : part.split(BREAKS)) {
                if (!line.isEmpty() && (line + piece).stripTrailing().length() > width) {
                    lines.add(line.toString().stripTrailing());
                    line.setLength(0);
                }
                line.append(piece);
            }
            lines.add(line.toString().stripTrailing());
        });
        return String.join("\n", lines);
    }

    private static int[] widths(List<List<String>> rows) {
        int[] widths = new int[rows.get(0).size()];
        for (List<String> row : rows) {
            for (int column = 0; column < widths.length; column++) {
                int longest =
                        row.get(column).lines().mapToInt(String::length).max().orElse(0);
                widths[column] = Math.max(widths[column], longest);
            }
        }
        return widths;
    }

    private static int widest(int[] widths) {
        int widest = 0;
        for (int column = 1; column < widths.length; column++) {
            if (widths[column] > widths[widest]) {
                widest = column;
            }
        }
        return widest;
    }
}
