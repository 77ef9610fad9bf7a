package org.vivace.report;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.knowm.xchart.BitmapEncoder;
import org.vivace.measure.Atomically;
import org.vivace.measure.BenchRecord;
import org.vivace.measure.Curve;
import org.vivace.measure.Figures;
import org.vivace.measure.Quality;
import org.vivace.measure.Variant;

/** The plots of a record, 1280 pixels wide and 720 high (higher for very many bars), made for a projector. */
public final class Plots {

    private Plots() {}

    /** Every name that {@link #all} may give a plot. */
    static final List<String> NAMES = List.of("loss", "time-to-target", "quality", "speedup", "step-time", "memory");

    /** Every plot that the record has data for, by the name its file should have, without the ending. */
    public static Map<String, BufferedImage> all(BenchRecord record) {
        Map<String, BufferedImage> plots = new LinkedHashMap<>();
        if (!drawable(record).isEmpty()) {
            plots.put("loss", losses(record));
        }
        if (trained(record) && !Goal.isLoss(record.quality().orElseThrow())) {
            plots.put("time-to-target", timesToTarget(record));
        }
        if (trained(record)) {
            plots.put("quality", qualities(record));
        }
        if (!measured(record).isEmpty()) {
            plots.put("speedup", speedups(record));
        }
        if (!Waterfall.bars(record).isEmpty()) {
            plots.put("step-time", stepTimes(record));
        }
        if (!MemoryBars.of(record).isEmpty()) {
            plots.put("memory", memory(record));
        }
        return plots;
    }

    /** A bar for every variant's speedup, its 95 % interval, and a line where plain DJL is. */
    public static BufferedImage speedups(BenchRecord record) {
        List<Bar> bars = measured(record).stream()
                .map(each -> new Bar(
                        each.title(),
                        Figures.ratio(each.speedup().median()) + " x, " + each.verdict(),
                        each.speedup(),
                        Theme.of(each.verdict())))
                .toList();
        require(!bars.isEmpty(), "a plot of speedups must have a measured variant, got none: measure first");
        return BitmapEncoder.getBufferedImage(BarChart.of(
                "Speedup over plain DJL, " + record.workload(), "times as fast as plain DJL (dashed: 1)", bars, 1));
    }

    /**
     * A line for every arm of the record's quality, with a band from its lowest to its highest seed, and the target where
     * the loss is what is to reach it; without quality, a line for every curve. The first, the baseline, is grey.
     */
    public static BufferedImage losses(BenchRecord record) {
        List<Curve> curves = drawable(record);
        require(!curves.isEmpty(), "a plot of losses must have a curve, got none: train first");
        List<String> names = curves.stream().map(Curve::name).toList();
        require(
                names.stream().distinct().count() == names.size(),
                "every curve must have its own name, got " + names + ": rename one");
        Optional<Goal> target = record.quality().filter(Goal::isLoss).flatMap(Goal::of);
        return CurveChart.of(
                "Loss against wall-clock time, " + record.workload(), "loss", curves, target, Optional.empty());
    }

    /**
     * How good the models of each arm were over the time of their training: the mean over seeds in a band from the lowest
     * to the highest, the target, and when each arm whose seeds all reached it did. How much sooner the recipe did is in
     * the title.
     */
    public static BufferedImage timesToTarget(BenchRecord record) {
        require(
                trained(record),
                "a plot of times to a target must have trainings over seeds that did not diverge, got none: train first");
        Quality quality = record.quality().orElseThrow();
        return CurveChart.of(
                QualityWords.title(quality) + ", " + record.workload(),
                QualityWords.axis(quality),
                finite(SeedCurves.qualities(quality)),
                Goal.of(quality),
                Arrivals.of(quality));
    }

    /**
     * Where the trainings of each arm ended, in time and quality: the mean over seeds, with bars from the lowest to the
     * highest; a line through the arms of the Pareto front, and the target.
     */
    public static BufferedImage qualities(BenchRecord record) {
        require(
                trained(record),
                "a plot of quality must have trainings over seeds that did not diverge, got none: train first");
        return QualityChart.of(
                "Quality against time, " + record.workload(), record.quality().orElseThrow());
    }

    /**
     * The step time of plain DJL, then with the recipe's first method, the first two and so on; only where the record has
     * all of these variants.
     */
    public static BufferedImage stepTimes(BenchRecord record) {
        List<Bar> bars = Waterfall.bars(record);
        require(
                !bars.isEmpty(),
                "a plot of step times must have a variant for each number of the recipe's methods, got fewer: measure"
                        + " the first method, the first two and so on");
        double baseline = record.baseline().stepMillis().median();
        return BitmapEncoder.getBufferedImage(BarChart.of(
                "Step time, method by method, " + record.workload(), "milliseconds a step", bars, baseline));
    }

    /** The most memory that plain DJL and each variant held, in MiB. */
    public static BufferedImage memory(BenchRecord record) {
        List<Bar> bars = MemoryBars.of(record);
        require(
                !bars.isEmpty(),
                "a plot of memory must have the peak of the baseline and of a variant, got fewer: measure them first");
        return BitmapEncoder.getBufferedImage(BarChart.of(
                "Peak memory, " + record.workload(),
                "peak memory, MiB (dashed: plain DJL)",
                bars,
                bars.get(0).length().median()));
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

    private static boolean trained(BenchRecord record) {
        return record.quality()
                .filter(quality -> !ArmPoint.of(quality).isEmpty())
                .isPresent();
    }

    private static List<Curve> drawable(BenchRecord record) {
        return finite(record.quality().map(SeedCurves::losses).orElse(record.curves()));
    }

    private static List<Curve> finite(List<Curve> curves) {
        return curves.stream()
                .filter(curve -> curve.loss().stream().anyMatch(Double::isFinite))
                .toList();
    }

    static List<Variant> measured(BenchRecord record) {
        return record.variants().stream()
                .filter(each -> Double.isFinite(each.speedup().median()))
                .toList();
    }

    private static void require(boolean met, String message) {
        if (!met) {
            throw new IllegalArgumentException(message);
        }
    }
}
