package org.vivace.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
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
                    assertThat(Ink.onTheEdge(image))
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
        List<Trials> arms = List.of(
                new Trials("plain DJL", List.of(), List.of(plain)), new Trials("recipe", List.of("A"), List.of(fast)));
        Quality quality = Quality.of(SampleQuality.ACCURACY, OptionalDouble.of(0.75), arms);
        assertThat(Arrival.of(quality)).containsExactly(new Arrival(0, 100), new Arrival(1, 40));
        BufferedImage plot = Plots.timesToTarget(record.withQuality(quality));
        assertThat(Ink.onTheEdge(plot)).isZero();
        assertThat(Ink.longestFall(plot, Theme.MUTED))
                .as("from high up to the axis")
                .isGreaterThan(300);
        assertThat(Ink.longestFall(plot, Theme.STRONG)).isCloseTo(Ink.longestFall(plot, Theme.MUTED), within(12));
        Quality tooHigh = Quality.of(SampleQuality.ACCURACY, OptionalDouble.of(0.9), arms);
        assertThat(Arrival.of(tooHigh)).isEmpty();
        assertThat(Ink.longestFall(Plots.timesToTarget(record.withQuality(tooHigh)), Theme.STRONG))
                .isLessThan(60);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5, 8, 13})
    void arePlainToReadWithAnyNumberOfLongNames(int arms) {
        BenchRecord many = record.withQuality(SampleQuality.manyArms(arms, 3));
        for (BufferedImage plot : List.of(Plots.losses(many), Plots.timesToTarget(many), Plots.qualities(many))) {
            assertThat(plot.getWidth()).isEqualTo(1280);
            assertThat(plot.getHeight()).isBetween(720, 740);
            assertThat(Ink.onTheEdge(plot)).isZero();
        }
    }

    @Test
    void twelveBarsStillFitAProjector() {
        BufferedImage plot = Plots.speedups(
                record(IntStream.rangeClosed(0, 12).mapToDouble(i -> 10 + i).toArray()));
        assertThat(plot.getHeight()).isEqualTo(720);
        assertThat(Ink.barLengths(plot, Theme.WARM)).hasSize(12);
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
        assertThat(Ink.onTheEdge(Plots.speedups(one))).isZero();
    }

    @Test
    void memoryBarsAreAsLongAsThePeaks() {
        BenchRecord measured = record(10, 5, 2).withVariants(each -> each.withPeakBytes(512L << 20));
        assertThat(Plots.all(measured)).as("the baseline's peak is not known").doesNotContainKey("memory");
        BenchRecord known = measured.withBaseline(measured.baseline().withPeakBytes(1024L << 20));
        BufferedImage plot = Plots.memory(known);
        double whole = Ink.barLengths(plot, Theme.MUTED).get(0);
        assertThat(Ink.barLengths(plot, Theme.STRONG))
                .hasSize(2)
                .allSatisfy(length -> assertThat(length / whole).isCloseTo(0.5, within(0.01)));
        BenchRecord more = known.withBaseline(known.baseline().withPeakBytes(256L << 20));
        assertThat(Ink.barLengths(Plots.memory(more), Theme.WARM)).hasSize(2);
    }

    @Test
    void theBandOfSeedsAndTheTargetAreDrawn() {
        List<Trials> arms = List.of(
                new Trials("plain DJL", List.of(), List.of(trial(1, 4.0, 3.0), trial(2, 3.0, 2.0))),
                new Trials("recipe", List.of("A"), List.of(trial(1, 3.0, 2.0), trial(2, 2.5, 1.5))));
        BenchRecord trained = record.withQuality(Quality.of(SampleQuality.LOSS, OptionalDouble.of(2.5), arms));
        assertThat(Ink.pixels(Plots.losses(trained), Theme.pale(Theme.MUTED, 0.2)))
                .isGreaterThan(10_000);
        assertThat(Ink.pixels(Plots.losses(trained), Theme.pale(Theme.STRONG, 0.2)))
                .isGreaterThan(5_000);
        BenchRecord other =
                record.withQuality(Quality.of(SampleQuality.ACCURACY, OptionalDouble.of(2.5), others(arms)));
        assertThat(Ink.longestRun(Plots.losses(trained), Theme.TEXT))
                .as("a dash of the target")
                .isGreaterThan(11);
        assertThat(Ink.pixels(Plots.losses(trained), Theme.TEXT) - Ink.pixels(Plots.losses(other), Theme.TEXT))
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
        List<Integer> faster = Ink.barLengths(plot, Theme.STRONG);
        List<Integer> slower = Ink.barLengths(plot, Theme.WARM);
        assertThat(faster).hasSize(2);
        assertThat((double) faster.get(1) / faster.get(0)).isCloseTo(2, within(0.02));
        assertThat((double) faster.get(0) / slower.get(0)).isCloseTo(4, within(0.05));
    }

    @Test
    void stepTimesFallMethodByMethod() {
        BufferedImage plot = Plots.stepTimes(record);
        assertThat(Ink.barLengths(plot, Theme.MUTED)).hasSize(1);
        assertThat(Ink.barLengths(plot, Theme.pale(Theme.STRONG, 0.6)))
                .hasSize(4)
                .isSortedAccordingTo(Collections.reverseOrder());
        double share = record.variants().get(4).stepMillis().median()
                / record.baseline().stepMillis().median();
        assertThat((double) Ink.barLengths(plot, Theme.STRONG).get(0)
                        / Ink.barLengths(plot, Theme.MUTED).get(0))
                .isCloseTo(share, within(0.01));
    }

    @Test
    void aPlotOfManyBarsIsHigher() {
        double[] millis = IntStream.range(0, 20).mapToDouble(i -> 10 + i).toArray();
        BufferedImage plot = Plots.speedups(record(millis));
        assertThat(plot.getHeight()).isGreaterThan(900);
        assertThat(Ink.onTheEdge(plot)).isZero();
    }

    @Test
    void anIntervalTooWideToShowDoesNotCrushTheBars() {
        Samples base = new Samples("base", List.of(List.of(10_000_000L), List.of(10_000_000L)));
        Samples wild = new Samples("wild", List.of(List.of(1_000_000L), List.of(9_000_000L)));
        BenchRecord two = BenchRecord.of(
                "c", "w", SampleRecord.machine(), new Timings(List.of(base, wild), Optional.empty(), true), List::of);
        assertThat(two.variants().get(0).speedup().high()).isGreaterThan(1000);
        assertThat(Ink.barLengths(Plots.speedups(two), Theme.MUTED).get(0)).isGreaterThan(250);
    }

    @Test
    void theBaselinesCurveIsGreyAndTheRecipesStrong() {
        BufferedImage plot = Plots.losses(record);
        assertThat(Ink.pixels(plot, Theme.MUTED)).isGreaterThan(2000);
        assertThat(Ink.pixels(plot, Theme.STRONG)).isGreaterThan(2000);
        assertThat(Ink.pixels(plot, Theme.pale(Theme.STRONG, 0.2)))
                .as("the band")
                .isGreaterThan(2000);
    }

    @Test
    void aLossThatIsNotANumberLeavesAGapOnly() {
        List<Double> loss = new ArrayList<>(Collections.nCopies(100, 2.0));
        loss.set(50, Double.NaN);
        List<Double> seconds = IntStream.range(0, 100).mapToObj(i -> (double) i).toList();
        BenchRecord broken = record.withCurves(List.of(new Curve("plain DJL", seconds, loss)));
        assertThat(Ink.pixels(Plots.losses(broken), Theme.MUTED)).isGreaterThan(2000);
        List<Double> nothing = Collections.nCopies(100, Double.NaN);
        BenchRecord empty = record.withCurves(List.of(new Curve("plain DJL", seconds, nothing)));
        assertThat(Plots.all(empty)).containsOnlyKeys("speedup", "step-time");
    }

    @Test
    void arePngFiles(@TempDir Path folder) throws IOException {
        BufferedImage plot = Plots.losses(record);
        BufferedImage back =
                ImageIO.read(Plots.write(plot, folder.resolve("loss.png")).toFile());
        assertThat(Ink.pixels(back, Theme.STRONG)).isEqualTo(Ink.pixels(plot, Theme.STRONG));
    }

    @Test
    void refuseARecordWithoutWhatTheyShow() {
        Timings nothing =
                new Timings(List.of(new Samples("a", List.of()), new Samples("b", List.of())), Optional.empty(), true);
        BenchRecord empty = BenchRecord.of("c", "w", SampleRecord.machine(), nothing, List::of);
        assertThat(Plots.all(empty)).isEmpty();
        Map<String, Function<BenchRecord, BufferedImage>> refusals = Map.of(
                "speedups must have a measured variant, got none: measure first",
                Plots::speedups,
                "step times must have a variant for each number of the recipe's methods, got fewer: measure the first"
                        + " method, the first two and so on",
                Plots::stepTimes,
                "memory must have the peak of the baseline and of a variant, got fewer: measure them first",
                Plots::memory,
                "quality must have trainings over seeds that did not diverge, got none: train first",
                Plots::qualities,
                "times to a target must have trainings over seeds that did not diverge, got none: train first",
                Plots::timesToTarget,
                "losses must have a curve, got none: train first",
                Plots::losses);
        refusals.forEach(
                (message, plot) -> assertThatThrownBy(() -> plot.apply(empty)).hasMessage("a plot of " + message));
        Curve curve = new Curve("recipe", List.of(0.0, 1.0), List.of(2.0, 1.0));
        assertThatThrownBy(() -> Plots.losses(empty.withCurves(List.of(curve, curve))))
                .hasMessage("every curve must have its own name, got [recipe, recipe]: rename one");
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
}
