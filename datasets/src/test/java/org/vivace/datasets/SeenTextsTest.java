package org.vivace.datasets;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SeenTextsTest {
    private final SeenTexts seen = new SeenTexts();

    @Test
    void whatDiffersOnlyInSignsDigitsAndCaseIsTheSame() {
        assertThat(seen.add("Dear Bob, you won 100 dollars today!")).isTrue();
        assertThat(seen.add("dear bob: YOU won (999) dollars, today")).isFalse();
        assertThat(seen.add("Dear Bob, you lost 100 dollars today!")).isTrue();
    }

    @Test
    void halfOfTheRunsInCommonIsTheSame() {
        // a b c d e f g has 3 runs of five words.
        assertThat(seen.add("a b c d e f g")).isTrue();
        // It shares 2 of 4 together.
        assertThat(seen.add("a b c d e f x")).isFalse();
        // It shares 1 of 5 together.
        assertThat(seen.add("a b c d e x y")).isTrue();
    }

    @Test
    void whatWasNotAddedIsNotRemembered() {
        assertThat(seen.add("a b c d e f g")).isTrue();
        assertThat(seen.add("a b c d e f x")).isFalse();
        // Like the second (2 of 4) but not like the first (1 of 5).
        assertThat(seen.add("b c d e f x z")).isTrue();
    }

    @Test
    void shortTextsAreComparedWhole() {
        assertThat(seen.add("one two")).isTrue();
        assertThat(seen.add("one two three")).isTrue();
        assertThat(seen.add("two one")).isTrue();
        assertThat(seen.add("one, TWO")).isFalse();
        assertThat(seen.add("123")).isTrue();
        assertThat(seen.add("***")).isFalse();
    }
}
