package org.vivace.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.util.List;
import org.knowm.xchart.style.markers.Marker;

/**
 * How the line and the point of one arm look. Color alone distinguishes neither twelve arms nor two for everybody, so
 * the shape of the point changes with it, and the dashes of the line when the colours begin again.
 */
record Look(Color color, float[] dashes, int corners) {

    private static final float[] SOLID = {};

    private static final List<float[]> DASHES = List.of(SOLID, new float[] {18, 9}, new float[] {4, 8});

    /** The baseline's, which is at place 0, is a grey line and a disc. */
    static Look at(int place) {
        if (place == 0) {
            return solid(Theme.MUTED);
        }
        int color = (place - 1) % Theme.CURVES.size();
        float[] dashes = DASHES.get((place - 1) / Theme.CURVES.size() % DASHES.size());
        return new Look(Theme.CURVES.get(color), dashes, 3 + (place - 1) % 4);
    }

    /** A line without dashes, and a disc. */
    static Look solid(Color color) {
        return new Look(color, SOLID, 0);
    }

    /** A goal: no arm has it. */
    static Look target() {
        return new Look(Theme.TEXT, new float[] {12, 8}, 0);
    }

    BasicStroke stroke(double width) {
        return dashes.length == 0
                ? new BasicStroke((float) width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND)
                : new BasicStroke((float) width, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 0, dashes, 0);
    }

    /** A disc, or a polygon; with an even number of corners it stands on one of them. */
    Shape point(double x, double y, double radius) {
        if (corners == 0) {
            return new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius);
        }
        Path2D path = new Path2D.Double();
        for (int i = 0; i < corners; i++) {
            double angle = 2 * Math.PI * i / corners - Math.PI / 2;
            double cornerX = x + 1.15 * radius * Math.cos(angle);
            double cornerY = y + 1.15 * radius * Math.sin(angle);
            if (i == 0) {
                path.moveTo(cornerX, cornerY);
            } else {
                path.lineTo(cornerX, cornerY);
            }
        }
        path.closePath();
        return path;
    }

    /** The same shape as the mark of a series. */
    Marker marker() {
        return new Marker() {
            @Override
            public void paint(Graphics2D g, double x, double y, int size) {
                g.fill(point(x, y, size / 2.0));
            }
        };
    }
}
