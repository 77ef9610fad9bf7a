package org.vivace.report;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.knowm.xchart.BitmapEncoder;
import org.vivace.measure.Atomically;
import org.vivace.measure.BenchRecord;
import org.vivace.measure.Curve;
import org.vivace.measure.Interval;
import org.vivace.measure.Variant;

/** The plots of a record, 1280 pixels wide and 720 high (higher for very many bars), made for a projector. */
public final class Plots {

    private Plots() {}

    /** Every plot that the record has data for, by the name its file should have, without the ending. */
    public static Map<String, BufferedImage> all(BenchRecord record) {
        Map<String, BufferedImage> plots = new LinkedHashMap<>();
        if (!drawable(record).isEmpty()) {
            plots.put("loss", losses(record));
        }
        if (!measured(record).isEmpty()) {
            plots.put("speedup", speedups(record));
        }
        if (!fall(record).isEmpty()) {
            plots.put("step-time", stepTimes(record));
        }
        return plots;
    }

    /** A bar for every variant's speedup, its 95 % interval, and a line where plain DJL is. */
    public static BufferedImage speedups(BenchRecord record) {
        List<Bar> bars = measured(record).stream()
                .map(each -> new Bar(
                        each.title(),
                        Words.ratio(each.speedup().median()) + " x, " + each.verdict(),
                        each.speedup(),
                        Theme.of(each.verdict())))
                .toList();
        require(!bars.isEmpty(), "a plot of speedups must have a measured variant, got none: measure first");
        return BitmapEncoder.getBufferedImage(BarChart.of(
                "Speedup over plain DJL, " + record.workload(), "times as fast as plain DJL (dashed: 1)", bars, 1));
    }

    /** A line for every curve, the first one, the baseline, in grey; a band where the curve has one. */
    public static BufferedImage losses(BenchRecord record) {
        List<Curve> curves = drawable(record);
        require(!curves.isEmpty(), "a plot of losses must have a curve, got none: train first");
        List<String> names = curves.stream().map(Curve::name).toList();
        require(
                names.stream().distinct().count() == names.size(),
                "every curve must have its own name, got " + names + ": rename one");
        return BitmapEncoder.getBufferedImage(
                LossChart.of("Loss against wall-clock time, " + record.workload(), curves));
    }

    /**
     * The step time of plain DJL, then with the recipe's first method, the first two and so on, as far as the record has
     * such variants.
     */
    public static BufferedImage stepTimes(BenchRecord record) {
        List<Bar> bars = fall(record);
        require(!bars.isEmpty(), "a plot of step times must have a measured variant, got none: measure first");
        double baseline = record.baseline().stepMillis().median();
        return BitmapEncoder.getBufferedImage(BarChart.of(
                "Step time, method by method, " + record.workload(), "milliseconds a step", bars, baseline));
    }

    /** The image as PNG. */
    public static byte[] png(BufferedImage image) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "png", bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** Writes the image as PNG, whole or not at all. */
    public static Path write(BufferedImage image, Path file) {
        return Atomically.write(file, png(image));
    }

    private static List<Curve> drawable(BenchRecord record) {
        return record.curves().stream()
                .filter(curve -> curve.loss().stream().anyMatch(Double::isFinite))
                .toList();
    }

    private static List<Variant> measured(BenchRecord record) {
        return record.variants().stream()
                .filter(each -> Double.isFinite(each.speedup().median()))
                .toList();
    }

    private static List<Bar> fall(BenchRecord record) {
        List<Bar> bars = new ArrayList<>();
        List<Variant> measured = measured(record);
        if (measured.isEmpty()) {
            return bars;
        }
        bars.add(bar(Words.BASELINE, record.baseline().stepMillis(), Theme.MUTED));
        List<String> recipe = record.recipe().orElseThrow().methods();
        int shown = 0;
        for (int count = 1; count <= recipe.size(); count++) {
            List<String> start = recipe.subList(0, count);
            for (Variant each : measured) {
                if (each.methods().equals(start)) {
                    String added = "+ " + String.join(" + ", recipe.subList(shown, count));
                    bars.add(bar(
                            added,
                            each.stepMillis(),
                            count == recipe.size() ? Theme.STRONG : Theme.pale(Theme.STRONG, 0.6)));
                    shown = count;
                    break;
                }
            }
        }
        return bars;
    }

    private static Bar bar(String label, Interval millis, Color color) {
        return new Bar(label, Words.millis(millis.median()) + " ms", millis, color);
    }

    private static void require(boolean met, String message) {
        if (!met) {
            throw new IllegalArgumentException(message);
        }
    }
}
