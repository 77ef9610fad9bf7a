package org.vivace.report;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** What a plot shows, told by the colors of its pixels. */
final class Ink {

    private Ink() {}

    /** The pixels of the longest line from left to right in a color. */
    static int longestRun(BufferedImage image, Color color) {
        return longest(image.getHeight(), image.getWidth(), y -> x -> image.getRGB(x, y) == color.getRGB());
    }

    /** The pixels of the longest line straight down in a color. */
    static int longestFall(BufferedImage image, Color color) {
        return longest(image.getWidth(), image.getHeight(), x -> y -> image.getRGB(x, y) == color.getRGB());
    }

    private static int longest(int lines, int length, IntFunction<IntPredicate> inked) {
        int longest = 0;
        for (int line = 0; line < lines; line++) {
            IntPredicate inLine = inked.apply(line);
            int run = 0;
            for (int at = 0; at < length; at++) {
                run = inLine.test(at) ? run + 1 : 0;
                longest = Math.max(longest, run);
            }
        }
        return longest;
    }

    /** Pixels on the border that are not white: something is cut off there. */
    static long onTheEdge(BufferedImage image) {
        int right = image.getWidth() - 1;
        int bottom = image.getHeight() - 1;
        return IntStream.rangeClosed(0, right)
                        .filter(x -> inked(image, x, 0) || inked(image, x, bottom))
                        .count()
                + IntStream.rangeClosed(0, bottom)
                        .filter(y -> inked(image, 0, y) || inked(image, right, y))
                        .count();
    }

    private static boolean inked(BufferedImage image, int x, int y) {
        return (image.getRGB(x, y) & 0xFFFFFF) != 0xFFFFFF;
    }

    /** The pixels of a color. */
    static long pixels(BufferedImage image, Color color) {
        return IntStream.range(0, image.getHeight())
                .mapToLong(y -> inRow(image, y, color))
                .sum();
    }

    private static long inRow(BufferedImage image, int y, Color color) {
        return IntStream.range(0, image.getWidth())
                .filter(x -> image.getRGB(x, y) == color.getRGB())
                .count();
    }

    /** The lengths in pixels of the bars of a color, from the top: every run of rows that hold it is one bar. */
    static List<Integer> barLengths(BufferedImage image, Color color) {
        List<Integer> lengths = new ArrayList<>();
        boolean inBar = false;
        for (int y = 0; y < image.getHeight(); y++) {
            int row = y;
            int[] places = IntStream.range(0, image.getWidth())
                    .filter(x -> image.getRGB(x, row) == color.getRGB())
                    .toArray();
            boolean bar = places.length > 40;
            if (bar && !inBar) {
                lengths.add(places[places.length - 1] - places[0] + 1);
            }
            inBar = bar;
        }
        return lengths;
    }
}
