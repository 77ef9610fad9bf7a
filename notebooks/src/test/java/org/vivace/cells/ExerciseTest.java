package org.vivace.cells;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ExerciseTest {

    @Test
    void aBlankIsNotYetAnsweredAndDoesNotTellTheAnswer() {
        assertThat(Exercise.check(Double.NaN, 42, 0.5, "six times seven"))
                .isEqualTo("not yet: write your answer in place of NaN and run the cell again. six times seven.");
    }

    @Test
    void anAnswerIsRightWithinTheTolerance() {
        assertThat(Exercise.check(42.5, 42, 0.5, "six times seven"))
                .isEqualTo("right: six times seven. (your answer: 42.5000)");
        assertThat(Exercise.check(42.51, 42, 0.5, "six times seven"))
                .isEqualTo("not yet: six times seven. (your answer: 42.5100)");
        assertThat(Exercise.check(Double.POSITIVE_INFINITY, 42, 0.5, "six times seven"))
                .startsWith("not yet: ");
    }

    @Test
    void theCellMayDecide() {
        assertThat(Exercise.check(true, "both claim it")).isEqualTo("right: both claim it.");
        assertThat(Exercise.check(false, "both claim it")).isEqualTo("not yet: both claim it.");
        assertThat(Exercise.check(false, "Who claims it?")).isEqualTo("not yet: Who claims it?");
    }

    @Test
    void aQuestionWithoutAnAnswerIsTheAuthorsMistake() {
        assertThatThrownBy(() -> Exercise.check(1, Double.NaN, 0.5, "six times seven"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "an exercise must have a finite answer and a tolerance of at least 0, got NaN and 0.5: run the"
                                + " cells above first");
        assertThatThrownBy(() -> Exercise.check(1, 42, -1, "six times seven"))
                .hasMessageContaining("got 42.0 and -1.0");
    }
}
