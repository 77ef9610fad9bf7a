package org.vivace.datasets;

import java.awt.Shape;
import java.awt.geom.Arc2D;
import java.awt.geom.Path2D;
import java.util.List;

/** A glyph: strokes in the square from -0.5 to 0.5, y downwards. */
record GlyphShape(String name, List<Shape> strokes) {

    /** One glyph for each class, in the order of the labels. */
    static final List<GlyphShape> ALL = List.of(
            of("ring", ring(0, 0, 0.45)),
            of("barred ring", ring(0, 0, 0.45), line(-0.45, 0, 0.45, 0)),
            of("open ring", arc(0, 0, 0.45, 40, 280)),
            of("square", line(-0.42, -0.42, 0.42, -0.42, 0.42, 0.42, -0.42, 0.42, -0.42, -0.42)),
            of("triangle", line(0, -0.45, 0.45, 0.4, -0.45, 0.4, 0, -0.45)),
            of("cross", line(-0.45, 0, 0.45, 0), line(0, -0.45, 0, 0.45)),
            of("T", line(-0.45, -0.4, 0.45, -0.4), line(0, -0.4, 0, 0.45)),
            of("F", line(0.38, -0.45, -0.35, -0.45, -0.35, 0.45), line(-0.35, 0, 0.25, 0)),
            of("E", line(0.38, -0.45, -0.35, -0.45, -0.35, 0.45, 0.38, 0.45), line(-0.35, 0, 0.25, 0)),
            of("zigzag", line(-0.45, 0.4, -0.2, -0.4, 0.05, 0.4, 0.3, -0.4)));

    private static GlyphShape of(String name, Shape... strokes) {
        return new GlyphShape(name, List.of(strokes));
    }

    /** All strokes as one new path. */
    Path2D path() {
        Path2D path = new Path2D.Double();
        for (Shape stroke : strokes) {
            path.append(stroke, false);
        }
        return path;
    }

    private static Shape ring(double x, double y, double radius) {
        return arc(x, y, radius, 0, 360);
    }

    private static Shape arc(double x, double y, double radius, double fromDegrees, double degrees) {
        return new Arc2D.Double(x - radius, y - radius, 2 * radius, 2 * radius, fromDegrees, degrees, Arc2D.OPEN);
    }

    private static Shape line(double... xy) {
        Path2D line = new Path2D.Double();
        line.moveTo(xy[0], xy[1]);
        for (int i = 2; i < xy.length; i += 2) {
            line.lineTo(xy[i], xy[i + 1]);
        }
        return line;
    }
}
