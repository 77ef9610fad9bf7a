package org.vivace.cells;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.vivace.measure.Interval;

class CheckTest {

    @Test
    void whatHoldsIsSaidOnce() {
        assertThat(printed(() -> Check.that(true, "a verdict"))).isEqualTo("ok: a verdict\n");
        assertThat(printed(() -> Check.near(1.04, 1, 0.05, "the speed")))
                .isEqualTo("ok: the speed within 0.05000 of 1.000 (1.040)\n");
        assertThat(printed(() -> Check.between(1.04, 1.04, 2, "the speed")))
                .isEqualTo("ok: the speed between 1.040 and 2.000 (1.040)\n");
        assertThat(printed(() -> Check.reaches(new Interval(3, 1, 4), 0.5, 1, "the speed")))
                .isEqualTo("ok: the speed reaches into 0.5000 to 1.000, 3.000 (1.000 to 4.000)\n");
        assertThat(printed(() -> Check.fallen(List.of(3.0, 4.0, 2.5), 0.5, "the loss")))
                .isEqualTo("ok: the loss falls by 0.5000 or more (from 3.000 to 2.500)\n");
    }

    @Test
    void whatDoesNotHoldFailsInASentence() {
        assertFails(() -> Check.that(false, "a verdict"))
                .hasMessage("expected a verdict, found that it is not so: look at the cells above");
        assertFails(() -> Check.near(1.2, 1, 0.1, "the speed"))
                .hasMessage("expected the speed within 0.1000 of 1.000, found 1.200: look at the cells above");
        assertFails(() -> Check.near(Double.NaN, 0, 1, "the speed"))
                .hasMessage("expected the speed within 1.000 of 0.0, found NaN: look at the cells above");
        assertFails(() -> Check.between(2.1, 1, 2, "the speed"))
                .hasMessage("expected the speed between 1.000 and 2.000, found 2.100: look at the cells above");
        assertFails(() -> Check.between(0.9, 1, 2, "the speed"));
        assertFails(() -> Check.between(Double.NaN, 1, 2, "the speed"));
        assertFails(() -> Check.reaches(new Interval(3, 1.1, 4), 0.5, 1, "the speed"))
                .hasMessage(
                        "expected the speed to reach into 0.5000 to 1.000, found 3.000 (1.100 to 4.000): look at the"
                                + " cells above");
        assertFails(() -> Check.reaches(new Interval(0.3, 0.2, 0.4), 0.5, 1, "the speed"));
        assertFails(() -> Check.reaches(Interval.NONE, 0, 1, "the speed"));
        assertFails(() -> Check.fallen(List.of(3.0, 2.6), 0.5, "the loss"))
                .hasMessage(
                        "expected the loss to fall by 0.5000 or more, found it from 3.000 to 2.600: train for longer");
        assertFails(() -> Check.fallen(List.of(3.0, Double.NaN), 0.5, "the loss"));
        assertFails(() -> Check.fallen(List.of(3.0), 0.5, "the loss"))
                .hasMessage("expected the loss more than once, found 1 of it: train for longer");
    }

    @Test
    void boundsThatAllowNothingAreRefused() {
        assertThatThrownBy(() -> Check.near(1, 1, -1, "the speed"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a tolerance must be at least 0, got -1.0: give the largest difference allowed");
        assertThatThrownBy(() -> Check.between(1, 2, 1, "the speed"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the bounds must be in order, got 2.0 and 1.0: give the lower one first");
        assertThatThrownBy(() -> Check.reaches(new Interval(1, 1, 1), 2, 1, "the speed"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static org.assertj.core.api.AbstractThrowableAssert<?, ? extends Throwable> assertFails(Runnable check) {
        return assertThatThrownBy(check::run).isInstanceOf(CheckFailed.class);
    }

    private static String printed(Runnable check) {
        PrintStream before = System.out;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            check.run();
        } finally {
            System.setOut(before);
        }
        return bytes.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
    }
}
