package org.vivace.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.vivace.measure.BenchRecord;
import org.vivace.measure.Curve;
import org.vivace.measure.Figures;
import org.vivace.measure.Interval;
import org.vivace.measure.SampleRecord;
import org.vivace.measure.Samples;
import org.vivace.measure.SelfCheck;
import org.vivace.measure.Timings;
import org.vivace.measure.Verdict;

class WordsTest {

    @Test
    void numbersHaveThreeOrFourDigits() {
        assertThat(List.of(Figures.number(1402.4), Figures.number(99.96), Figures.number(34.12), Figures.number(3.416)))
                .containsExactly("1402", "100", "34.1", "3.42");
        assertThat(List.of(
                        Figures.number(0.3414),
                        Figures.ratio(4.098),
                        Figures.number(Double.NaN),
                        Figures.ratio(Double.NaN)))
                .containsExactly("0.341", "4.10", "-", "-");
        assertThat(Figures.ratio(new Interval(2, 1.9, 2.1))).isEqualTo("2.00 (1.90-2.10)");
        assertThat(Figures.number(new Interval(2, Double.NaN, Double.NaN))).isEqualTo("2.00");
    }

    @Test
    void theHeadlineSaysWhatTheIntervalAllows() {
        assertThat(Words.headline(record(10, 10, 4)))
                .isEqualTo("The recipe makes a training step of language 2.50 times as fast as plain DJL"
                        + " (95 % interval 2.50 to 2.50): 4.00 ms instead of 10.0 ms.");
        assertThat(Words.headline(record(10, 10, 20)))
                .isEqualTo("The recipe makes a training step of language slower than plain DJL, 0.50 times its speed"
                        + " (95 % interval 0.50 to 0.50): 20.0 ms instead of 10.0 ms.");
        assertThat(Words.headline(record(10, 10, 10)))
                .isEqualTo("The recipe makes a training step of language not distinguishable from plain DJL, 1.00 times"
                        + " its speed (95 % interval 1.00 to 1.00): 10.0 ms instead of 10.0 ms.");
    }

    @Test
    void theHeadlineDoubtsARestlessMachineAndSaysWhatIsPartial() {
        assertThat(Words.headline(record(10, 8, 4)))
                .endsWith(" But plain DJL came out faster than itself (1.25): this machine was too noisy, so measure"
                        + " again.");
        assertThat(Words.headline(record(10, 10, 4).asPartial()))
                .endsWith(" The measurement was interrupted; these are its results until then.");
        Timings nothing =
                new Timings(List.of(new Samples("a", List.of()), new Samples("b", List.of())), Optional.empty(), false);
        assertThat(Words.headline(BenchRecord.of("c", "vision", SampleRecord.machine(), nothing, List::of)))
                .isEqualTo("Nothing was measured for vision.");
    }

    /** Of several variants it is the one that was asked for, though another has as many methods. */
    @Test
    void theHeadlineNamesTheRecipeThatWasAskedFor() {
        Timings timings = new Timings(
                List.of(samples("plain DJL", 10), samples("A+B", 2), samples("B+A", 5)), Optional.empty(), false);
        BenchRecord record =
                BenchRecord.of("c", "language", SampleRecord.machine(), timings, name -> List.of(name.split("\\+")));
        assertThat(Words.headline(record))
                .startsWith("The recipe B + A makes a training step of language 2.00 times as fast as plain DJL");
    }

    private static Samples samples(String name, long millis) {
        return new Samples(name, Collections.nCopies(6, List.of(millis * 1_000_000, millis * 1_000_000)));
    }

    @Test
    void whatWasNotTimedIsNotToldApart() {
        assertThat(Verdict.of(Interval.NONE)).isEqualTo(Verdict.NOT_TIMED).hasToString("not timed");
        assertThat(Words.compared(Interval.NONE, Verdict.NOT_TIMED)).isEqualTo("not timed");
        SelfCheck earlier = new SelfCheck(Interval.NONE, Verdict.NOT_DISTINGUISHABLE, List.of());
        assertThat(earlier.verdict()).as("of a record of an earlier version").isEqualTo(Verdict.NOT_TIMED);
        assertThat(new Gson().toJson(Verdict.NOT_TIMED)).isEqualTo("\"not timed\"");
        SelfCheck one = new SelfCheck(new Interval(1, Double.NaN, Double.NaN), Verdict.NOT_DISTINGUISHABLE, List.of());
        assertThat(one.verdict()).as("once").isEqualTo(Verdict.NOT_DISTINGUISHABLE);
    }

    @Test
    void theLeadIsTheTimeAtWhichTheBaselinesEndWasReached() {
        List<Double> seconds =
                DoubleStream.iterate(0, i -> i + 2).limit(20).boxed().toList();
        Curve slow = curve("plain DJL", seconds, 0.1);
        // The baseline's last tenth is its points at 36 and 38 s, 10 - 3.6 and 10 - 3.8; 0.4 a second gets there at 10
        // s.
        Curve fast = curve("recipe", seconds, 0.4);
        Curve slower = curve("other", seconds, 0.05);
        assertThat(Words.lead(List.of(slow, fast, slower)))
                .isEqualTo(
                        " In 38 s plain DJL reached a loss of 6.30; recipe reached it after 10 s, other did not reach"
                                + " it.");
        assertThat(Words.lead(List.of(slow))).isEmpty();
        Curve broken = new Curve("plain DJL", List.of(1.0), List.of(Double.NaN));
        assertThat(Words.lead(List.of(broken, fast))).isEmpty();
    }

    private static Curve curve(String name, List<Double> seconds, double fallPerSecond) {
        return new Curve(
                name, seconds, seconds.stream().map(t -> 10 - fallPerSecond * t).toList());
    }

    private static BenchRecord record(double baseline, double again, double recipe) {
        Timings timings = new Timings(
                List.of(samples("base", baseline), samples("recipe", recipe)),
                Optional.of(samples("again", again)),
                false);
        return BenchRecord.of("c", "language", SampleRecord.machine(), timings, List::of);
    }

    private static Samples samples(String name, double millis) {
        List<Long> round = List.of((long) (millis * 1e6));
        return new Samples(name, List.of(round, round, round, round, round, round));
    }
}
