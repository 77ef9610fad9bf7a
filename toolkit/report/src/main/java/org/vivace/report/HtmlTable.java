package org.vivace.report;

import java.util.List;
import java.util.Set;

/** Rows of words as HTML, the first of them the header. */
final class HtmlTable {

    private static final Set<String> VERDICTS = Set.of("faster", "slower", "better", "worse");

    /** Characters that need not stand on one line. */
    private static final int LONG = 32;

    private HtmlTable() {}

    /** Cells of several lines keep them; recipes break before their plus signs, not after, and dates nowhere. */
    static String of(List<List<String>> rows) {
        StringBuilder html = new StringBuilder("<table>\n");
        for (int row = 0; row < rows.size(); row++) {
            html.append("<tr>");
            for (String cell : rows.get(row)) {
                String open = row == 0
                        ? "<th>"
                        : cell.lines().anyMatch(line -> line.length() > LONG) ? "<td class=\"long\">" : "<td>";
                html.append(open).append(lines(cell)).append(row == 0 ? "</th>" : "</td>");
            }
            html.append("</tr>\n");
        }
        return html.append("</table>\n").toString();
    }

    private static String lines(String cell) {
        StringBuilder html = new StringBuilder();
        cell.lines().forEach(line -> html.append(html.isEmpty() ? "" : "<br/>").append(marked(line)));
        return html.toString();
    }

    private static String marked(String line) {
        String text = HtmlPage.escape(line)
                .replace(" + ", " +&#160;")
                .replaceAll("/(?=\\d\\d\\p{L})", "/<wbr/>")
                .replaceAll("\\b\\d{4}-\\d\\d-\\d\\d\\b", "<span style=\"white-space:nowrap\">$0</span>");
        return VERDICTS.contains(line) ? "<b class=\"%s\">%s</b>".formatted(line, text) : text;
    }
}
