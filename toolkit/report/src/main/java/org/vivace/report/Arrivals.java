package org.vivace.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.util.List;
import java.util.Optional;
import org.knowm.xchart.internal.chartpart.Annotation;
import org.vivace.measure.Figures;
import org.vivace.measure.Quality;

/** A point on the target's line for each arm that arrived there, and below it, on the axis of time, when that was. */
final class Arrivals extends Annotation {

    private static final int LINE = 36;
    private static final int GAP = 10;

    private final List<Arrival> arrivals;
    private final Goal target;
    private final boolean climbing;

    private Arrivals(List<Arrival> arrivals, Goal target, boolean climbing) {
        super(false);
        this.arrivals = arrivals;
        this.target = target;
        this.climbing = climbing;
    }

    static Optional<Annotation> of(Quality quality) {
        boolean climbing = quality.measure().higherIsBetter();
        return Goal.of(quality).map(goal -> new Arrivals(Arrival.of(quality), goal, climbing));
    }

    @Override
    public void paint(Graphics2D graphics) {
        bounds = new Rectangle2D.Double();
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        graphics.setFont(Theme.font(Font.BOLD, 26));
        // XChart's name for the lower edge: the screen's y is largest there.
        double axis = getYAxisScreenValueForMax();
        for (int i = 0; i < arrivals.size(); i++) {
            Arrival arrival = arrivals.get(i);
            Look look = Look.at(arrival.place());
            double x = getXAxisScreenValue(arrival.seconds());
            double y = getYAxisScreenValue(target.value());
            graphics.setColor(look.color());
            graphics.setStroke(new BasicStroke(3));
            graphics.draw(new Line2D.Double(x, y, x, axis));
            graphics.fill(look.point(x, y, 10));
            // A line higher for each, since two arms may arrive at nearly one time.
            label(graphics, Figures.seconds(arrival.seconds()), x, axis - GAP - LINE * i);
        }
    }

    /** On the side where the arm's own curve is not, or on the other where the plot ends. */
    private void label(Graphics2D graphics, String text, double x, double bottom) {
        double width = graphics.getFontMetrics().stringWidth(text);
        boolean right = climbing
                ? x + GAP + width < getXAxisScreenValueForMax()
                : x - GAP - width < getXAxisScreenValueForMin();
        double left = right ? x + GAP : x - GAP - width;
        graphics.setColor(Color.WHITE);
        graphics.fill(new Rectangle2D.Double(left - 4, bottom - LINE + 6, width + 8, LINE - 2));
        graphics.setColor(Theme.TEXT);
        graphics.drawString(text, (float) left, (float) bottom - 4);
    }
}
