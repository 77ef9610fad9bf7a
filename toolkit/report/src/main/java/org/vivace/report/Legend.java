package org.vivace.report;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.font.FontRenderContext;
import java.awt.geom.Line2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;

/** What the lines and points of a chart are, beneath it; XChart's own legend runs off the edge with long names. */
final class Legend {

    /** One name; with its line, its point or both. */
    record Entry(String name, Look look, boolean line, boolean point) {}

    private static final int MARGIN = 40;
    private static final int SAMPLE = 64;
    private static final int GAP = 36;
    private static final int LEAST_CHART = 380;
    private static final int LARGEST = 24;
    private static final int SMALLEST = 15;
    private static final FontRenderContext CONTEXT = new FontRenderContext(null, true, true);

    private final List<Entry> entries;
    private final List<List<String>> texts = new ArrayList<>();
    private final Font font;
    private final double column;
    private final int columns;

    private Legend(List<Entry> entries, int size) {
        this.entries = entries;
        this.font = Theme.font(Font.PLAIN, size);
        double most = Theme.WIDTH - 2.0 * MARGIN;
        double widest = 0;
        for (Entry entry : entries) {
            List<String> lines = broken(entry.name(), most - SAMPLE);
            texts.add(lines);
            widest = Math.max(
                    widest, lines.stream().mapToDouble(this::width).max().orElseThrow());
        }
        this.column = SAMPLE + widest;
        this.columns = (int) Math.max(1, Math.min(entries.size(), (most + GAP) / (column + GAP)));
    }

    /**
     * The chart with the legend beneath it.
     *
     * @param chart of the height given, in pixels
     * @return as high as a projector; higher where that many names leave the chart too little
     */
    static BufferedImage under(List<Entry> entries, IntFunction<XYChart> chart) {
        int size = LARGEST;
        while (size > SMALLEST && new Legend(entries, size).height() > Theme.HEIGHT - LEAST_CHART - 50) {
            size--;
        }
        Legend legend = new Legend(entries, size);
        int above = Math.max(LEAST_CHART, Theme.HEIGHT - legend.height());
        BufferedImage image = new BufferedImage(Theme.WIDTH, above + legend.height(), BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
        graphics.drawImage(BitmapEncoder.getBufferedImage(chart.apply(above)), 0, 0, null);
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        legend.paint(graphics, above);
        graphics.dispose();
        return image;
    }

    private int rows() {
        return (entries.size() + columns - 1) / columns;
    }

    private int lineHeight() {
        return (int) Math.ceil(font.getSize() * 1.4);
    }

    private int rowHeight(int row) {
        return lineHeight()
                * texts.subList(row * columns, Math.min(texts.size(), (row + 1) * columns)).stream()
                        .mapToInt(List::size)
                        .max()
                        .orElseThrow();
    }

    private int height() {
        int height = 16;
        for (int row = 0; row < rows(); row++) {
            height += rowHeight(row);
        }
        return height;
    }

    private void paint(Graphics2D graphics, int top) {
        double left = (Theme.WIDTH - columns * column - (columns - 1) * GAP) / 2;
        int y = top;
        for (int row = 0; row < rows(); row++) {
            for (int place = row * columns; place < Math.min(entries.size(), (row + 1) * columns); place++) {
                paint(graphics, place, left + (place % columns) * (column + GAP), y);
            }
            y += rowHeight(row);
        }
    }

    private void paint(Graphics2D graphics, int place, double x, double y) {
        Entry entry = entries.get(place);
        double middle = y + lineHeight() / 2.0;
        graphics.setColor(entry.look().color());
        if (entry.line()) {
            graphics.setStroke(entry.look().stroke(5));
            graphics.draw(new Line2D.Double(x, middle, x + SAMPLE - 16, middle));
        }
        if (entry.point()) {
            graphics.fill(entry.look().point(x + (SAMPLE - 16) / 2.0, middle, 10));
        }
        graphics.setColor(Theme.TEXT);
        graphics.setFont(font);
        double baseline = middle + font.getSize() * 0.36;
        for (String line : texts.get(place)) {
            graphics.drawString(line, (float) (x + SAMPLE), (float) baseline);
            baseline += lineHeight();
        }
    }

    private double width(String text) {
        return font.getStringBounds(text, CONTEXT).getWidth();
    }

    /** The name in lines of at most that many pixels, broken at its spaces. */
    private List<String> broken(String name, double most) {
        List<String> lines = new ArrayList<>();
        String line = "";
        for (String word : name.split(" (?!\\+)")) {
            String longer = line.isEmpty() ? word : line + " " + word;
            if (!line.isEmpty() && width(longer) > most) {
                lines.add(line);
                longer = word;
            }
            line = longer;
        }
        lines.add(line);
        return lines;
    }
}
