package org.vivace.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;
import org.vivace.trace.StepPhase;

/** A disc for each operator, its area as its time; those that take longest have their names beside them. */
final class RooflineDots extends Drawing {

    private static final int NAMED = 5;
    private static final double LARGEST = 30;
    private static final double SMALLEST = 5;
    private static final Font FONT = Theme.font(Font.PLAIN, 22);

    /**
     * An operator in one phase of the step.
     *
     * @param intensity FLOPs a byte
     * @param gigaflops 10^9 operations a second
     */
    record Dot(String name, StepPhase phase, double intensity, double gigaflops, double micros) {}

    private final List<Dot> dots;
    private final double left;
    private final double right;
    private final double bottom;
    private final double top;

    /** @param dots the longest time first; the limits are those of the axes */
    RooflineDots(List<Dot> dots, double left, double right, double bottom, double top) {
        super(RenderingHints.KEY_ANTIALIASING);
        this.dots = dots;
        this.left = left;
        this.right = right;
        this.bottom = bottom;
        this.top = top;
    }

    @Override
    void draw(Graphics2D graphics) {
        for (Dot dot : dots) {
            Ellipse2D disc = disc(dot);
            Color color = StepBar.color(dot.phase().key());
            graphics.setColor(new Color(color.getRed(), color.getGreen(), color.getBlue(), 150));
            graphics.fill(disc);
            graphics.setColor(color);
            graphics.setStroke(new BasicStroke(2f));
            graphics.draw(disc);
        }
        graphics.setFont(FONT);
        List<Dot> named = dots.subList(0, Math.min(NAMED, dots.size()));
        List<Rectangle2D> taken = new ArrayList<>(
                dots.stream().map(each -> disc(each).getBounds2D()).toList());
        for (Dot dot : named) {
            Rectangle2D place = place(graphics.getFontMetrics(), dot, taken);
            taken.add(place);
            name(graphics, dot, place);
        }
    }

    private Ellipse2D disc(Dot dot) {
        double radius = Math.max(
                SMALLEST, LARGEST * Math.sqrt(dot.micros() / dots.get(0).micros()));
        double x = getXAxisScreenValue(dot.intensity());
        double y = getYAxisScreenValue(dot.gigaflops());
        return new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius);
    }

    /** The nearest free place for the dot's name: to its right, its left, below, above, then farther away. */
    private Rectangle2D place(FontMetrics metrics, Dot dot, List<Rectangle2D> taken) {
        Rectangle2D disc = disc(dot).getBounds2D();
        double width = metrics.stringWidth(label(dot)) + 8.0;
        double height = metrics.getHeight();
        Rectangle2D plot = new Rectangle2D.Double(
                getXAxisScreenValue(left),
                getYAxisScreenValue(top),
                getXAxisScreenValue(right) - getXAxisScreenValue(left),
                getYAxisScreenValue(bottom) - getYAxisScreenValue(top));
        Rectangle2D place = disc;
        for (double away = 4; away < 300; away += 12) {
            double[][] corners = {
                {disc.getMaxX() + away, disc.getCenterY() - height / 2},
                {disc.getMinX() - away - width, disc.getCenterY() - height / 2},
                {disc.getCenterX() - width / 2, disc.getMaxY() + away},
                {disc.getCenterX() - width / 2, disc.getMinY() - away - height},
                {disc.getMaxX() + away / 2, disc.getMaxY() + away / 2},
                {disc.getMinX() - away / 2 - width, disc.getMaxY() + away / 2},
                {disc.getMaxX() + away / 2, disc.getMinY() - away / 2 - height},
                {disc.getMinX() - away / 2 - width, disc.getMinY() - away / 2 - height},
            };
            for (double[] corner : corners) {
                Rectangle2D tried = new Rectangle2D.Double(corner[0], corner[1], width, height);
                if (plot.contains(tried) && taken.stream().noneMatch(tried::intersects)) {
                    return tried;
                }
                place = tried;
            }
        }
        return place;
    }

    private void name(Graphics2D graphics, Dot dot, Rectangle2D place) {
        Rectangle2D disc = disc(dot).getBounds2D();
        graphics.setColor(Theme.TEXT);
        Rectangle2D near =
                new Rectangle2D.Double(disc.getX() - 10, disc.getY() - 10, disc.getWidth() + 20, disc.getHeight() + 20);
        if (!near.intersects(place)) {
            graphics.setStroke(new BasicStroke(1.5f));
            double x = Math.max(place.getMinX(), Math.min(place.getMaxX(), disc.getCenterX()));
            double y = place.getCenterY() < disc.getCenterY() ? place.getMaxY() : place.getMinY();
            graphics.draw(new Line2D.Double(disc.getCenterX(), disc.getCenterY(), x, y));
        }
        graphics.setColor(new Color(255, 255, 255, 200));
        graphics.fill(place);
        graphics.setColor(Theme.TEXT);
        graphics.drawString(label(dot), (float) place.getX() + 4, (float)
                (place.getY() + graphics.getFontMetrics().getAscent()));
    }

    /** Without what the names of attention's kernels begin and end with. */
    static String label(Dot dot) {
        return dot.name().replace("_scaled_dot_product_", "").replace("_for_cpu", "") + ", "
                + dot.phase().words();
    }
}
