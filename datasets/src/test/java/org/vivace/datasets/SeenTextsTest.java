package org.vivace.datasets;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SeenTextsTest {
    @Test
    void whatDiffersOnlyInSignsDigitsAndCaseIsTheSame() {
        assertThat(added(
                        "Dear Bob, you won 100 dollars today!",
                        "dear bob: YOU won (999) dollars, today",
                        "Dear Bob, you lost 100 dollars today!"))
                .containsExactly(true, false, true);
    }

    @Test
    void halfOfTheRunsInCommonIsTheSame() {
        // a b c d e f g has 3 runs of five words; the second shares 2 of 4 together, the third 1 of 5.
        assertThat(added("a b c d e f g", "a b c d e f x", "a b c d e x y")).containsExactly(true, false, true);
    }

    @Test
    void whatWasNotAddedIsNotRemembered() {
        // The third is like the second (2 of 4) but not like the first (1 of 5).
        assertThat(added("a b c d e f g", "a b c d e f x", "b c d e f x z")).containsExactly(true, false, true);
    }

    @Test
    void shortTextsAreComparedWhole() {
        assertThat(added("one two", "one two three", "two one", "one, TWO", "123", "***"))
                .containsExactly(true, true, true, false, true, false);
    }

    /** Of each text, one after the other, whether it was new. */
    private static List<Boolean> added(String... texts) {
        SeenTexts seen = new SeenTexts();
        return Stream.of(texts).map(seen::add).toList();
    }
}
