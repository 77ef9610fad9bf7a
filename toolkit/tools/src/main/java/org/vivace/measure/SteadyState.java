package org.vivace.measure;

import java.util.Collections;
import java.util.List;

/**
 * When a step time has stopped falling.
 *
 * <p>A round still belongs to the warm-up while the two rounds after it are faster than it: by more than 5 % over all
 * variants, or by more than 10 % for one of them (the geometric mean of the two rounds; a variant's time in a round is
 * its fastest step there, so that a neighbour's burst is not taken for a warm-up). Times that rise, as on a machine that
 * grows hot, are no warm-up: that is drift, which falls on all variants alike.
 */
final class SteadyState {

    /** Rounds it takes to judge one: itself and the two after it. */
    static final int ROUNDS = 3;

    private static final double OVER_ALL = Math.log(1.05);
    private static final double OF_ONE = Math.log(1.10);

    private SteadyState() {}

    /**
     * @param arms of each variant the nanoseconds of its steps, a list a round, up to two rounds after {@code round} or
     *     further
     */
    static boolean stillFalling(List<List<List<Long>>> arms, int round) {
        double sum = 0;
        for (List<List<Long>> arm : arms) {
            double fall = level(arm, round) - (level(arm, round + 1) + level(arm, round + 2)) / 2;
            if (fall > OF_ONE) {
                return true;
            }
            sum += fall;
        }
        return sum / arms.size() > OVER_ALL;
    }

    private static double level(List<List<Long>> arm, int round) {
        return Math.log(Collections.min(arm.get(round)));
    }
}
