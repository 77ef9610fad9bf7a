package org.vivace.datasets;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Generated images that need no download: ten classes of glyphs, 32×32 grey, drawn with Java2D as stroked paths (no
 * font is needed), each rotated, sheared, scaled, moved, thickened, crossed by a stray line and covered with noise at
 * random.
 *
 * <p>Some classes form pairs and triples that differ by one stroke, so that the task is not trivial.
 */
public final class Glyphs {
    /** The name of each label. */
    public static final List<String> CLASS_NAMES =
            GlyphShape.ALL.stream().map(GlyphShape::name).toList();

    private static final int CLASSES = CLASS_NAMES.size();
    static final int SIDE = 32;
    private static final double MEAN = 0.25;
    private static final double DEVIATION = 0.22;

    private Glyphs() {}

    /**
     * Draws images; image {@code i} depends on the seed and {@code i} alone, and its class is {@code i % 10}.
     *
     * @param count the number of images, at least 1
     * @param seed another seed gives other images, for example a test set
     */
    public static Images of(int count, long seed) {
        Pass.requirePositive("count", count);
        byte[] pixels = new byte[Math.multiplyExact(count, SIDE * SIDE)];
        int[] labels = new int[count];
        long[] seeds = new SplittableRandom(seed).longs(count).toArray();
        IntStream.range(0, count).parallel().forEach(i -> {
            labels[i] = i % CLASSES;
            draw(GlyphShape.ALL.get(labels[i]), new SplittableRandom(seeds[i]), pixels, i * SIDE * SIDE);
        });
        return Images.of(pixels, new ai.djl.ndarray.types.Shape(count, 1, SIDE, SIDE), labels, CLASSES)
                .normalized(MEAN, DEVIATION);
    }

    private static void draw(GlyphShape shape, SplittableRandom random, byte[] out, int at) {
        BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
        Graphics2D canvas = image.createGraphics();
        canvas.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        canvas.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        int paper = random.nextInt(90);
        canvas.setColor(new Color(paper, paper, paper));
        canvas.fillRect(0, 0, SIDE, SIDE);

        stroke(canvas, strayLine(random), 1.0, 60 + random.nextInt(160));
        double width = between(random, 1.4, 3.6);
        stroke(canvas, shape.path().createTransformedShape(placed(random)), width, 130 + random.nextInt(126));
        canvas.dispose();

        byte[] drawn = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
        double noise = between(random, 5.0, 45.0);
        for (int i = 0; i < drawn.length; i++) {
            double noisy = (drawn[i] & 0xff) + noise * gaussian(random);
            out[at + i] = (byte) Math.max(0, Math.min(255, Math.round(noisy)));
        }
    }

    /** Maps the unit square around the origin to the canvas. */
    private static AffineTransform placed(SplittableRandom random) {
        AffineTransform placed = new AffineTransform();
        placed.translate(SIDE / 2.0 + between(random, -3.0, 3.0), SIDE / 2.0 + between(random, -3.0, 3.0));
        placed.rotate(Math.toRadians(between(random, -25.0, 25.0)));
        placed.shear(between(random, -0.3, 0.3), between(random, -0.1, 0.1));
        placed.scale(between(random, 12.0, 22.0), between(random, 14.0, 24.0));
        return placed;
    }

    private static Path2D strayLine(SplittableRandom random) {
        Path2D line = new Path2D.Double();
        line.moveTo(random.nextDouble() * SIDE, random.nextDouble() * SIDE);
        line.lineTo(random.nextDouble() * SIDE, random.nextDouble() * SIDE);
        return line;
    }

    private static void stroke(Graphics2D canvas, Shape path, double width, int grey) {
        canvas.setColor(new Color(grey, grey, grey));
        canvas.setStroke(new BasicStroke((float) width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        canvas.draw(path);
    }

    private static double between(SplittableRandom random, double low, double high) {
        return low + (high - low) * random.nextDouble();
    }

    /** Irwin and Hall: the sum of twelve uniforms minus six has mean 0 and variance 1. */
    private static double gaussian(SplittableRandom random) {
        double sum = -6.0;
        for (int i = 0; i < 12; i++) {
            sum += random.nextDouble();
        }
        return sum;
    }
}
