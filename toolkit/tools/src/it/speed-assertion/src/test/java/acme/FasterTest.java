package acme;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.vivace.bench.assertions.SpeedAssertions.assertFaster;

import org.junit.jupiter.api.Test;
import org.opentest4j.AssertionFailedError;

class FasterTest {

    private static final int VALUES = 100_000;

    private double sum;

    @Test
    void aQuarterOfTheWorkIsFaster() {
        assertFaster(() -> add(4 * VALUES), () -> add(VALUES)).within(1).by(1.2);
    }

    @Test
    void fourTimesTheWorkIsNot() {
        AssertionFailedError error = assertThrows(
                AssertionFailedError.class,
                () -> assertFaster(() -> add(VALUES), () -> add(4 * VALUES)).within(1).by(1.2));
        assertTrue(error.getMessage().contains("it is slower than that"), error.getMessage());
    }

    private void add(int values) {
        for (int i = 0; i < values; i++) {
            sum += Math.sin(i);
        }
    }
}
