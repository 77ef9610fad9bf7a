package org.vivace.measure;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleSupplier;
import java.util.regex.Pattern;

/**
 * Step times of a real machine as multiples of their median, in the order in which they were measured. New runs are made
 * of them by drawing blocks of neighbours, so that what hangs together (a burst, a slow spell, a garbage collection every
 * so many steps) stays together (moving-block bootstrap, Künsch 1989).
 */
record RecordedNoise(double[] factors) {

    private static final int BLOCK = 20;
    private static final Pattern SPACE = Pattern.compile(" ");

    /** One a recording. */
    static List<RecordedNoise> all() {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                RecordedNoise.class.getResourceAsStream("step-noise.txt"), StandardCharsets.UTF_8))) {
            return lines.lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> new RecordedNoise(SPACE.splitAsStream(line)
                            .mapToDouble(each -> Integer.parseInt(each) / 1000.0)
                            .toArray()))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A run without end. */
    DoubleSupplier run(long seed) {
        Random random = new Random(seed);
        return new DoubleSupplier() {
            private double[] block = {};
            private int next;

            @Override
            public double getAsDouble() {
                if (next == block.length) {
                    int start = random.nextInt(factors.length - BLOCK + 1);
                    block = Arrays.copyOfRange(factors, start, start + BLOCK);
                    next = 0;
                }
                return block[next++];
            }
        };
    }
}
