package org.vivace.bench;

/**
 * An estimate, and what was measured beside it where it was checked.
 *
 * @param measured null where it was not checked, as the errors are
 * @param flopsError of the estimate, a signed fraction of what was measured; so are the others
 */
public record CheckedEstimate(
        EstimatedCost estimate, MeasuredCost measured, Double flopsError, Double memoryError, Double timeError) {

    /**
     * @param flops of the products and convolutions that libtorch was seen to run
     * @param peakBytes of the model, in a JVM of its own
     * @param stepSeconds of a pass, the median
     */
    public record MeasuredCost(double flops, long peakBytes, double stepSeconds) {}

    /** Whether all is there that a file without a mistake has. */
    public boolean isWhole() {
        boolean told = estimate != null
                && estimate.workload() != null
                && estimate.methods() != null
                && estimate.memory() != null
                && estimate.seconds() != null
                && estimate.notes() != null;
        boolean errors = flopsError != null && memoryError != null && timeError != null;
        return told && errors == (measured != null);
    }
}
