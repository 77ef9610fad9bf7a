package org.vivace.datasets;

import java.awt.geom.Arc2D;
import java.awt.geom.Path2D;

/** The ten glyphs, each a path in the square from -0.5 to 0.5, y downwards. */
enum GlyphShape {
    RING(ring(0, 0, 0.45)),
    BARRED_RING(ring(0, 0, 0.45), line(-0.45, 0, 0.45, 0)),
    GAP_RING(arc(0, 0, 0.45, 40, 280)),
    SQUARE(line(-0.42, -0.42, 0.42, -0.42, 0.42, 0.42, -0.42, 0.42, -0.42, -0.42)),
    TRIANGLE(line(0, -0.45, 0.45, 0.4, -0.45, 0.4, 0, -0.45)),
    CROSS(line(-0.45, 0, 0.45, 0), line(0, -0.45, 0, 0.45)),
    TEE(line(-0.45, -0.4, 0.45, -0.4), line(0, -0.4, 0, 0.45)),
    EFF(line(0.38, -0.45, -0.35, -0.45, -0.35, 0.45), line(-0.35, 0, 0.25, 0)),
    EE(line(0.38, -0.45, -0.35, -0.45, -0.35, 0.45, 0.38, 0.45), line(-0.35, 0, 0.25, 0)),
    ZIGZAG(line(-0.45, 0.4, -0.2, -0.4, 0.05, 0.4, 0.3, -0.4));

    private final Path2D path = new Path2D.Double();

    GlyphShape(java.awt.Shape... strokes) {
        for (java.awt.Shape stroke : strokes) {
            path.append(stroke, false);
        }
    }

    /** The glyph's strokes; callers transform it and leave it as it is. */
    Path2D path() {
        return path;
    }

    private static java.awt.Shape ring(double x, double y, double radius) {
        return arc(x, y, radius, 0, 360);
    }

    private static java.awt.Shape arc(double x, double y, double radius, double fromDegrees, double degrees) {
        return new Arc2D.Double(x - radius, y - radius, 2 * radius, 2 * radius, fromDegrees, degrees, Arc2D.OPEN);
    }

    private static java.awt.Shape line(double... xy) {
        Path2D line = new Path2D.Double();
        line.moveTo(xy[0], xy[1]);
        for (int i = 2; i < xy.length; i += 2) {
            line.lineTo(xy[i], xy[i + 1]);
        }
        return line;
    }
}
