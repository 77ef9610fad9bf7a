package org.vivace.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.util.List;
import java.util.function.Predicate;

/**
 * Horizontal bars with their labels above them, drawn into an XY chart whose vertical axis runs from 0 to the number of
 * bars. XChart has no horizontal category chart, and method names are too long for any other place.
 */
final class HorizontalBars extends Drawing {

    private static final int SMALLEST_FONT = 12;

    private static final BasicStroke DASHED =
            new BasicStroke(3, BasicStroke.CAP_BUTT, BasicStroke.JOIN_BEVEL, 0, new float[] {12, 8}, 0);

    private final List<Bar> bars;
    private final double marked;

    /** @param marked where on the axis a dashed line is drawn, over the bars and behind the words */
    HorizontalBars(List<Bar> bars, double marked) {
        super(RenderingHints.KEY_TEXT_ANTIALIASING);
        this.bars = bars;
        this.marked = marked;
    }

    @Override
    void draw(Graphics2D graphics) {
        for (int row = 0; row < bars.size(); row++) {
            Row place = place(row);
            graphics.setColor(bars.get(row).color());
            graphics.fill(place.bar(getXAxisScreenValue(bars.get(row).length().median())));
        }
        double line = getXAxisScreenValue(marked);
        graphics.setColor(Theme.TEXT);
        graphics.setStroke(DASHED);
        graphics.draw(new Line2D.Double(line, getYAxisScreenValue(bars.size()), line, getYAxisScreenValue(0)));
        for (int row = 0; row < bars.size(); row++) {
            errorBar(graphics, bars.get(row), place(row));
            words(graphics, bars.get(row), place(row));
        }
    }

    private Row place(int row) {
        double top = getYAxisScreenValue(bars.size() - row);
        // One height for all, or rounding to pixels would give some rows another font size than others.
        double height = (double) (getYAxisScreenValue(0) - getYAxisScreenValue(bars.size())) / bars.size();
        return new Row(getXAxisScreenValue(0), top, height);
    }

    /** The rows' pixels: the label takes the upper part, the bar the rest. */
    private record Row(double left, double top, double height) {

        int fontSize() {
            return (int) Math.max(SMALLEST_FONT, Math.min(24, height * 0.36));
        }

        double barTop() {
            return top + height * 0.12 + fontSize() * 1.3;
        }

        double barHeight() {
            return top + height * 0.94 - barTop();
        }

        double middle() {
            return barTop() + barHeight() / 2;
        }

        Rectangle2D bar(double end) {
            return new Rectangle2D.Double(left, barTop(), end - left, barHeight());
        }
    }

    private void words(Graphics2D graphics, Bar bar, Row row) {
        int size = row.fontSize();
        double room = chart.getWidth() - 24 - row.left();
        FontMetrics smallest = graphics.getFontMetrics(Theme.font(Font.PLAIN, SMALLEST_FONT));
        String label = shortened(bar.label(), text -> smallest.stringWidth(text) <= room);
        graphics.setFont(fitting(graphics, label, size, room));
        write(graphics, label, row.left() + 4, row.barTop() - size * 0.35);
        graphics.setFont(Theme.font(Font.BOLD, size));
        FontMetrics metrics = graphics.getFontMetrics();
        double baseline = row.middle() + (metrics.getAscent() - metrics.getDescent()) / 2.0;
        write(graphics, bar.value(), getXAxisScreenValue(bar.reach()) + 12, baseline);
    }

    private static void write(Graphics2D graphics, String text, double x, double baseline) {
        FontMetrics metrics = graphics.getFontMetrics();
        double ascent = metrics.getAscent() * 0.85;
        graphics.setColor(Color.WHITE);
        graphics.fill(new Rectangle2D.Double(x, baseline - ascent, metrics.stringWidth(text), ascent));
        graphics.setColor(Theme.TEXT);
        graphics.drawString(text, (float) x, (float) baseline);
    }

    private void errorBar(Graphics2D graphics, Bar bar, Row row) {
        if (!Double.isFinite(bar.length().low())) {
            return;
        }
        double low = getXAxisScreenValue(bar.length().low());
        double high = getXAxisScreenValue(bar.reach());
        double cap = row.barHeight() * 0.22;
        graphics.setColor(Theme.TEXT);
        graphics.setStroke(new BasicStroke(2.5f));
        graphics.draw(new Line2D.Double(low, row.middle(), high, row.middle()));
        graphics.draw(new Line2D.Double(low, row.middle() - cap, low, row.middle() + cap));
        if (bar.reach() == bar.length().high()) {
            graphics.draw(new Line2D.Double(high, row.middle() - cap, high, row.middle() + cap));
        }
    }

    /** The label, or as many of its methods as fit and how many more there are. */
    static String shortened(String label, Predicate<String> fits) {
        List<String> methods = List.of(label.split(" \\+ "));
        String text = label;
        for (int kept = methods.size() - 1; kept > 0 && !fits.test(text); kept--) {
            text = String.join(" + ", methods.subList(0, kept)) + " + " + (methods.size() - kept) + " more";
        }
        return text;
    }

    private static Font fitting(Graphics2D graphics, String text, int size, double width) {
        int fitting = size;
        while (fitting > SMALLEST_FONT
                && graphics.getFontMetrics(Theme.font(Font.PLAIN, fitting)).stringWidth(text) > width) {
            fitting--;
        }
        return Theme.font(Font.PLAIN, fitting);
    }
}
