package org.vivace.workloads;

/** What every size of a workload is. */
final class Positive {

    private Positive() {}

    /** @throws IllegalArgumentException where the value of the option is below 1 */
    static void require(String option, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(option + " must be at least 1, got " + value + ": give a larger one");
        }
    }
}
