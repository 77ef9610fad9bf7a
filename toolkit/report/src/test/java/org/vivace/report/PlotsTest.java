package org.vivace.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vivace.measure.BenchRecord;
import org.vivace.measure.Curve;
import org.vivace.measure.Quality;
import org.vivace.measure.Quality.Trials;
import org.vivace.measure.SampleRecord;
import org.vivace.measure.Samples;
import org.vivace.measure.Timings;
import org.vivace.measure.Trial;

@Tag("slow")
class PlotsTest {

    private final BenchRecord record = SampleRecord.language();

    @BeforeAll
    static void needsFonts() {
        assumeThat(Fonts.available()).as("Java2D has fonts").isTrue();
    }

    @Test
    void fillAProjectorAndCutNothingOff() {
        assertThat(Plots.all(record))
                .containsOnlyKeys("loss", "speedup", "step-time")
                .allSatisfy((name, image) -> {
                    assertThat(image.getWidth()).isEqualTo(1280);
                    assertThat(image.getHeight()).isEqualTo(720);
                    assertThat(inkOnTheEdge(image))
                            .as("ink on the edge of " + name)
                            .isZero();
                });
    }

    @Test
    void trainingsOverSeedsAndMemoryHavePlotsOfTheirOwn() {
        BenchRecord full =
                record.withQuality(SampleQuality.language()).withVariants(each -> each.withPeakBytes(1 << 30));
        assertThat(Plots.all(full)).containsOnlyKeys("loss", "quality", "speedup", "step-time", "memory");
        BenchRecord accurate = full.withQuality(SampleQuality.manyArms(3, 3));
        assertThat(Plots.NAMES).containsExactlyElementsOf(Plots.all(accurate).keySet());
    }

    @Test
    void timesToATargetAreWhereTheArmsArrive() {
        Trial plain = new Trial(1, 10, 100, List.of(50.0, 80.0, 100.0), List.of(2.0, 1.0, 0.9), List.of(0.5, 0.7, 0.8));
        Trial fast = new Trial(1, 10, 40, List.of(10.0, 20.0, 40.0), List.of(2.0, 1.0, 0.9), List.of(0.5, 0.7, 0.8));
        Quality quality = Quality.of(
                SampleQuality.ACCURACY,
                OptionalDouble.of(0.75),
                List.of(
                        new Trials("plain DJL", List.of(), List.of(plain)),
                        new Trials("recipe", List.of("A"), List.of(fast))));
        assertThat(Arrival.of(quality)).containsExactly(new Arrival(0, 100), new Arrival(1, 40));
        BufferedImage plot = Plots.timesToTarget(record.withQuality(quality));
        assertThat(inkOnTheEdge(plot)).isZero();
        assertThat(longestFall(plot, Theme.MUTED))
                .as("from high up to the axis")
                .isGreaterThan(300);
        assertThat(longestFall(plot, Theme.STRONG)).isCloseTo(longestFall(plot, Theme.MUTED), within(12));
        Quality tooHigh = Quality.of(
                SampleQuality.ACCURACY,
                OptionalDouble.of(0.9),
                List.of(
                        new Trials("plain DJL", List.of(), List.of(plain)),
                        new Trials("recipe", List.of("A"), List.of(fast))));
        assertThat(Arrival.of(tooHigh)).isEmpty();
        assertThat(longestFall(Plots.timesToTarget(record.withQuality(tooHigh)), Theme.STRONG))
                .isLessThan(60);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5, 8, 13})
    void arePlainToReadWithAnyNumberOfLongNames(int arms) {
        BenchRecord many = record.withQuality(SampleQuality.manyArms(arms, 3));
        for (BufferedImage plot : List.of(Plots.losses(many), Plots.timesToTarget(many), Plots.qualities(many))) {
            assertThat(plot.getWidth()).isEqualTo(1280);
            assertThat(plot.getHeight()).isBetween(720, 740);
            assertThat(inkOnTheEdge(plot)).isZero();
        }
    }

    @Test
    void twelveBarsStillFitAProjector() {
        BufferedImage plot = Plots.speedups(
                record(IntStream.rangeClosed(0, 12).mapToDouble(i -> 10 + i).toArray()));
        assertThat(plot.getHeight()).isEqualTo(720);
        assertThat(barLengths(plot, Theme.WARM)).hasSize(12);
    }

    @Test
    void aRecipeTooLongForOneLineSaysHowManyMethodsMoreItHas() {
        assertThat(HorizontalBars.shortened("A + B + C", text -> true)).isEqualTo("A + B + C");
        assertThat(HorizontalBars.shortened("Aaaa + Bbbb + Cccc + Dddd", text -> text.length() <= 20))
                .isEqualTo("Aaaa + Bbbb + 2 more");
        String endless = String.join(" + ", Collections.nCopies(30, "SequenceLengthWarmup(0.3)"));
        List<Samples> samples = List.of(
                new Samples("plain", List.of(List.of(9_000_000L))), new Samples(endless, List.of(List.of(3_000_000L))));
        BenchRecord one = BenchRecord.of(
                "c", "w", SampleRecord.machine(), new Timings(samples, Optional.empty(), false), List::of);
        assertThat(inkOnTheEdge(Plots.speedups(one))).isZero();
    }

    @Test
    void memoryBarsAreAsLongAsThePeaks() {
        BenchRecord measured = record(10, 5, 2).withVariants(each -> each.withPeakBytes(512L << 20));
        assertThat(Plots.all(measured)).as("the baseline's peak is not known").doesNotContainKey("memory");
        BenchRecord known = measured.withBaseline(measured.baseline().withPeakBytes(1024L << 20));
        BufferedImage plot = Plots.memory(known);
        double whole = barLengths(plot, Theme.MUTED).get(0);
        assertThat(barLengths(plot, Theme.STRONG))
                .hasSize(2)
                .allSatisfy(length -> assertThat(length / whole).isCloseTo(0.5, within(0.01)));
        BenchRecord more = known.withBaseline(known.baseline().withPeakBytes(256L << 20));
        assertThat(barLengths(Plots.memory(more), Theme.WARM)).hasSize(2);
    }

    @Test
    void theBandOfSeedsAndTheTargetAreDrawn() {
        List<Trials> arms = List.of(
                new Trials("plain DJL", List.of(), List.of(trial(1, 4.0, 3.0), trial(2, 3.0, 2.0))),
                new Trials("recipe", List.of("A"), List.of(trial(1, 3.0, 2.0), trial(2, 2.5, 1.5))));
        BenchRecord trained = record.withQuality(Quality.of(SampleQuality.LOSS, OptionalDouble.of(2.5), arms));
        assertThat(pixels(Plots.losses(trained), Theme.pale(Theme.MUTED, 0.2))).isGreaterThan(10_000);
        assertThat(pixels(Plots.losses(trained), Theme.pale(Theme.STRONG, 0.2))).isGreaterThan(5_000);
        BenchRecord other =
                record.withQuality(Quality.of(SampleQuality.ACCURACY, OptionalDouble.of(2.5), others(arms)));
        assertThat(longestRun(Plots.losses(trained), Theme.TEXT))
                .as("a dash of the target")
                .isGreaterThan(11);
        assertThat(pixels(Plots.losses(trained), Theme.TEXT) - pixels(Plots.losses(other), Theme.TEXT))
                .as("no target where the loss is not what is to reach it")
                .isGreaterThan(800);
    }

    private static Trial trial(long seed, double... losses) {
        List<Double> values = DoubleStream.of(losses).boxed().toList();
        List<Double> at =
                IntStream.rangeClosed(1, losses.length).mapToObj(i -> 10.0 * i).toList();
        return new Trial(seed, 10, 10.0 * losses.length, at, values, values);
    }

    private static List<Trials> others(List<Trials> arms) {
        return arms.stream()
                .map(arm -> new Trials(
                        arm.name(),
                        arm.methods(),
                        arm.trials().stream()
                                .map(each -> new Trial(
                                        each.seed(),
                                        10,
                                        each.seconds(),
                                        each.evaluatedAt(),
                                        each.loss(),
                                        List.of(0.5, 0.6)))
                                .toList()))
                .toList();
    }

    @Test
    void barsAreAsLongAsTheSpeedups() {
        BufferedImage plot = Plots.speedups(record(10, 5, 2.5, 20));
        List<Integer> faster = barLengths(plot, Theme.STRONG);
        List<Integer> slower = barLengths(plot, Theme.WARM);
        assertThat(faster).hasSize(2);
        assertThat((double) faster.get(1) / faster.get(0)).isCloseTo(2, within(0.02));
        assertThat((double) faster.get(0) / slower.get(0)).isCloseTo(4, within(0.05));
    }

    @Test
    void stepTimesFallMethodByMethod() {
        BufferedImage plot = Plots.stepTimes(record);
        assertThat(barLengths(plot, Theme.MUTED)).hasSize(1);
        assertThat(barLengths(plot, Theme.pale(Theme.STRONG, 0.6)))
                .hasSize(4)
                .isSortedAccordingTo(Collections.reverseOrder());
        double share = record.variants().get(4).stepMillis().median()
                / record.baseline().stepMillis().median();
        assertThat((double) barLengths(plot, Theme.STRONG).get(0)
                        / barLengths(plot, Theme.MUTED).get(0))
                .isCloseTo(share, within(0.01));
    }

    @Test
    void aPlotOfManyBarsIsHigher() {
        double[] millis = IntStream.range(0, 20).mapToDouble(i -> 10 + i).toArray();
        BufferedImage plot = Plots.speedups(record(millis));
        assertThat(plot.getHeight()).isGreaterThan(900);
        assertThat(inkOnTheEdge(plot)).isZero();
    }

    @Test
    void anIntervalTooWideToShowDoesNotCrushTheBars() {
        Samples base = new Samples("base", List.of(List.of(10_000_000L), List.of(10_000_000L)));
        Samples wild = new Samples("wild", List.of(List.of(1_000_000L), List.of(9_000_000L)));
        BenchRecord two = BenchRecord.of(
                "c", "w", SampleRecord.machine(), new Timings(List.of(base, wild), Optional.empty(), true), List::of);
        assertThat(two.variants().get(0).speedup().high()).isGreaterThan(1000);
        assertThat(barLengths(Plots.speedups(two), Theme.MUTED).get(0)).isGreaterThan(250);
    }

    @Test
    void theBaselinesCurveIsGreyAndTheRecipesStrong() {
        BufferedImage plot = Plots.losses(record);
        assertThat(pixels(plot, Theme.MUTED)).isGreaterThan(2000);
        assertThat(pixels(plot, Theme.STRONG)).isGreaterThan(2000);
        assertThat(pixels(plot, Theme.pale(Theme.STRONG, 0.2))).as("the band").isGreaterThan(2000);
    }

    @Test
    void aLossThatIsNotANumberLeavesAGapOnly() {
        List<Double> loss = new ArrayList<>(Collections.nCopies(100, 2.0));
        loss.set(50, Double.NaN);
        List<Double> seconds = IntStream.range(0, 100).mapToObj(i -> (double) i).toList();
        BenchRecord broken = record.withCurves(List.of(new Curve("plain DJL", seconds, loss)));
        assertThat(pixels(Plots.losses(broken), Theme.MUTED)).isGreaterThan(2000);
        List<Double> nothing = Collections.nCopies(100, Double.NaN);
        BenchRecord empty = record.withCurves(List.of(new Curve("plain DJL", seconds, nothing)));
        assertThat(Plots.all(empty)).containsOnlyKeys("speedup", "step-time");
    }

    @Test
    void arePngFiles(@TempDir Path folder) throws IOException {
        BufferedImage plot = Plots.losses(record);
        BufferedImage back =
                ImageIO.read(Plots.write(plot, folder.resolve("loss.png")).toFile());
        assertThat(pixels(back, Theme.STRONG)).isEqualTo(pixels(plot, Theme.STRONG));
    }

    @Test
    void refuseARecordWithoutWhatTheyShow() {
        Timings nothing =
                new Timings(List.of(new Samples("a", List.of()), new Samples("b", List.of())), Optional.empty(), true);
        BenchRecord empty = BenchRecord.of("c", "w", SampleRecord.machine(), nothing, List::of);
        assertThat(Plots.all(empty)).isEmpty();
        assertThatThrownBy(() -> Plots.speedups(empty))
                .hasMessage("a plot of speedups must have a measured variant, got none: measure first");
        assertThatThrownBy(() -> Plots.stepTimes(empty))
                .hasMessage("a plot of step times must have a variant for each number of the recipe's methods, got"
                        + " fewer: measure the first method, the first two and so on");
        assertThatThrownBy(() -> Plots.memory(empty))
                .hasMessage("a plot of memory must have the peak of the baseline and of a variant, got fewer: measure"
                        + " them first");
        assertThatThrownBy(() -> Plots.qualities(empty))
                .hasMessage("a plot of quality must have trainings over seeds that did not diverge, got none:"
                        + " train first");
        assertThatThrownBy(() -> Plots.timesToTarget(empty))
                .hasMessage("a plot of times to a target must have trainings over seeds that did not diverge, got none:"
                        + " train first");
        assertThatThrownBy(() -> Plots.losses(empty))
                .hasMessage("a plot of losses must have a curve, got none: train first");
        Curve curve = new Curve("recipe", List.of(0.0, 1.0), List.of(2.0, 1.0));
        assertThatThrownBy(() -> Plots.losses(empty.withCurves(List.of(curve, curve))))
                .hasMessage("every curve must have its own name, got [recipe, recipe]: rename one");
    }

    private static int longestRun(BufferedImage image, Color color) {
        int longest = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            int run = 0;
            for (int x = 0; x < image.getWidth(); x++) {
                run = image.getRGB(x, y) == color.getRGB() ? run + 1 : 0;
                longest = Math.max(longest, run);
            }
        }
        return longest;
    }

    /** The pixels of the longest line straight down in a colour. */
    private static int longestFall(BufferedImage image, Color color) {
        int longest = 0;
        for (int x = 0; x < image.getWidth(); x++) {
            int fall = 0;
            for (int y = 0; y < image.getHeight(); y++) {
                fall = image.getRGB(x, y) == color.getRGB() ? fall + 1 : 0;
                longest = Math.max(longest, fall);
            }
        }
        return longest;
    }

    private static BenchRecord record(double... millis) {
        List<Samples> samples = new ArrayList<>();
        for (double each : millis) {
            List<Long> round = List.of((long) (each * 1e6));
            samples.add(new Samples("arm " + samples.size(), Collections.nCopies(6, round)));
        }
        Timings timings = new Timings(samples, Optional.empty(), false);
        return BenchRecord.of("c", "language", SampleRecord.machine(), timings, List::of);
    }

    private static long inkOnTheEdge(BufferedImage image) {
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

    private static long pixels(BufferedImage image, Color color) {
        return IntStream.range(0, image.getHeight())
                .mapToLong(y -> inRow(image, y, color))
                .sum();
    }

    private static long inRow(BufferedImage image, int y, Color color) {
        return IntStream.range(0, image.getWidth())
                .filter(x -> image.getRGB(x, y) == color.getRGB())
                .count();
    }

    /** The lengths in pixels of the bars of a colour, from the top: every run of rows that hold it is one bar. */
    private static List<Integer> barLengths(BufferedImage image, Color color) {
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
