package org.vivace.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vivace.trace.Traces.event;
import static org.vivace.trace.Traces.onThread;

import java.util.List;
import org.junit.jupiter.api.Test;

class TracedCallTest {

    @Test
    void eventsNestByTheirTimes() {
        // In the order of their ends, as they are written.
        List<TracedCall> calls = TracedCall.nest(
                List.of(event("inner", 3, 1), event("other inner", 5, 2), event("outer", 2, 8), event("after", 10, 5)));
        assertThat(calls).extracting(TracedCall::name).containsExactly("outer", "inner", "other inner", "after");
        assertThat(calls.get(1).parent).isSameAs(calls.get(0));
        assertThat(calls.get(2).parent).isSameAs(calls.get(0));
        assertThat(calls.get(3).parent).isNull();
        assertThat(calls.get(0).selfMicros()).isEqualTo(8 - 1 - 2);
        assertThat(calls.get(3).selfMicros()).isEqualTo(5);
    }

    @Test
    void ofTwoAtTheSameTimeTheOneThatWasWrittenLaterIsTheCaller() {
        List<TracedCall> calls = TracedCall.nest(List.of(event("inner", 1, 4), event("outer", 1, 4)));
        assertThat(calls).extracting(TracedCall::name).containsExactly("outer", "inner");
        assertThat(calls.get(0).selfMicros()).isZero();
    }

    @Test
    void threadsDoNotCallEachOther() {
        List<TracedCall> calls = TracedCall.nest(List.of(onThread(2, event("there", 3, 1)), event("here", 2, 8)));
        assertThat(calls).allSatisfy(call -> assertThat(call.parent).isNull());
    }
}
