package org.vivace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MillisTest {

    @Test
    void areToldWithThreeDigitsAndWithoutAnExponent() {
        assertThat(Millis.of(0.25)).isEqualTo("0.250 ms");
        assertThat(Millis.of(32)).isEqualTo("32.0 ms");
        assertThat(Millis.of(999.4)).isEqualTo("999 ms");
        assertThat(Millis.of(999.6)).isEqualTo("1000 ms");
        assertThat(Millis.of(1214.2)).isEqualTo("1214 ms");
    }
}
