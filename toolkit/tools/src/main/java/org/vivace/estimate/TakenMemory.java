package org.vivace.estimate;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.vivace.trace.Operator;
import org.vivace.trace.StepPhase;

/** CPU memory allocated and freed by recorded operators. */
final class TakenMemory {

    private TakenMemory() {}

    /**
     * The peak bytes of the phase above those held at its beginning. Memory that an operator allocates and frees
     * itself, without calling another, is not counted.
     */
    static long peak(List<Operator> operators, StepPhase phase) {
        long[] own = new long[operators.size()];
        for (int i = 0; i < own.length; i++) {
            long bytes = operators.get(i).event().allocatedBytes();
            own[i] += bytes;
            if (operators.get(i).caller() >= 0) {
                own[operators.get(i).caller()] -= bytes;
            }
        }
        // Callers precede their callees, and end after them.
        int[] byEnd = IntStream.range(0, own.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> ends(operators.get(i)))
                        .thenComparing(Comparator.reverseOrder()))
                .mapToInt(Integer::intValue)
                .toArray();
        long held = 0;
        long most = 0;
        for (int i : byEnd) {
            if (operators.get(i).phase() == phase) {
                held += own[i];
                most = Math.max(most, held);
            }
        }
        return most;
    }

    private static double ends(Operator operator) {
        return operator.event().startMicros() + operator.event().micros();
    }
}
