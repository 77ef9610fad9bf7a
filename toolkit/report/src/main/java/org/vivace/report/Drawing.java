package org.vivace.report;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Rectangle2D;
import org.knowm.xchart.internal.chartpart.Annotation;

/** What is drawn over a chart, in the coordinates of its axes, and takes no room in its layout. */
abstract class Drawing extends Annotation {

    private final RenderingHints.Key smooth;

    /** @param smooth the hint for lines and areas, or for text, that is turned on */
    Drawing(RenderingHints.Key smooth) {
        super(false);
        this.smooth = smooth;
    }

    @Override
    public final void paint(Graphics2D graphics) {
        bounds = new Rectangle2D.Double();
        graphics.setRenderingHint(
                smooth,
                smooth == RenderingHints.KEY_ANTIALIASING
                        ? RenderingHints.VALUE_ANTIALIAS_ON
                        : RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        draw(graphics);
    }

    abstract void draw(Graphics2D graphics);
}
