package org.vivace.cells;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TimeLimitTest {

    private static final Duration SOON = Duration.ofMillis(30);
    private static final Duration NEVER = Duration.ofHours(1);

    @AfterEach
    void noInterruptIsLeft() {
        assertThat(Thread.interrupted()).isFalse();
    }

    private static <T> Callable<T> afterTheInterrupt(Callable<T> ending) {
        return () -> {
            while (!Thread.currentThread().isInterrupted()) {
                Thread.onSpinWait();
            }
            return ending.call();
        };
    }

    @Test
    void whatEndsInTimeComesBackAlsoWhereItIsNotWhole() throws Exception {
        assertThat(TimeLimit.call(NEVER, () -> "result", any -> true)).contains("result");
        assertThat(TimeLimit.call(NEVER, () -> "part", any -> false)).contains("part");
    }

    @Test
    void itIsDoneOnTheCallingThread() throws Exception {
        assertThat(TimeLimit.call(NEVER, Thread::currentThread, any -> true)).contains(Thread.currentThread());
    }

    @Test
    void whatWasCutShortIsNoResult() throws Exception {
        assertThat(TimeLimit.call(SOON, afterTheInterrupt(() -> "part"), any -> false))
                .isEmpty();
    }

    @Test
    void whatThrowsWhenItIsCutShortIsNoResult() throws Exception {
        Callable<String> work = () -> {
            Thread.sleep(10_000);
            return "slept";
        };
        assertThat(TimeLimit.call(SOON, work, any -> true)).isEmpty();
    }

    @Test
    void whatEndsLateButWholeIsAResult() throws Exception {
        assertThat(TimeLimit.call(SOON, afterTheInterrupt(() -> "late"), any -> true))
                .contains("late");
    }

    @Test
    void whatFailsInTimeThrows() {
        assertThatThrownBy(() -> TimeLimit.call(
                        NEVER,
                        () -> {
                            throw new IllegalStateException("the step failed");
                        },
                        any -> true))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the step failed");
    }

    @Test
    void somebodyElsesInterruptStays() throws Exception {
        Optional<String> result = TimeLimit.call(
                NEVER,
                () -> {
                    Thread.currentThread().interrupt();
                    return "part";
                },
                any -> false);
        assertThat(result).contains("part");
        assertThat(Thread.interrupted()).isTrue();
    }
}
