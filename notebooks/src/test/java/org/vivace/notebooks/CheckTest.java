package org.vivace.notebooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class CheckTest {

    @Test
    void whatHoldsIsSaidOnce() {
        assertThat(printed(() -> Check.that(true, "a verdict"))).isEqualTo("ok: a verdict\n");
        assertThat(printed(() -> Check.near(1.04, 1, 0.05, "the speed")))
                .isEqualTo("ok: the speed within 0.05000 of 1.000 (1.040)\n");
        assertThat(printed(() -> Check.between(1.04, 1.04, 2, "the speed")))
                .isEqualTo("ok: the speed between 1.040 and 2.000 (1.040)\n");
        assertThat(printed(() -> Check.factor(12, 24, 2, "milliseconds")))
                .isEqualTo("ok: milliseconds within 2.000 times 24.00 (12.00)\n");
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
        assertFails(() -> Check.factor(49, 24, 2, "milliseconds"))
                .hasMessage("expected milliseconds within 2.000 times 24.00, found 49.00: look at the cells above");
        assertFails(() -> Check.factor(11, 24, 2, "milliseconds"));
        assertFails(() -> Check.factor(Double.NaN, 24, 2, "milliseconds"));
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
        assertThatThrownBy(() -> Check.factor(1, 1, 1, "the speed"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a factor must be above 1, got 1.0: give how many times as large is allowed");
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
