package org.vivace.measure;

import java.util.Collections;
import java.util.List;

/**
 * Decides when the step time has stopped falling.
 *
 * <p>A round still belongs to the warm-up while the two rounds after it are faster than it: by more than 5 % over all
 * variants, or by more than 10 % for one of them (the geometric mean of the two rounds; a variant's time in a round is
 * its fastest step there, so that a neighbor's burst of load does not count as warm-up). Rising times, as on a machine
 * that grows hot, are not warm-up but drift, which affects all variants equally.
 */
final class SteadyState {

    /** Rounds needed to evaluate one: itself and the two after it. */
    static final int ROUNDS = 3;

    private static final double OVER_ALL = Math.log(1.05);
    private static final double OF_ONE = Math.log(1.10);

    private SteadyState() {}

    /**
     * @param arms for each variant the nanoseconds of its steps, one list per round, up to at least two rounds after
     *     {@code round}
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
