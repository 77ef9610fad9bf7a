package org.vivace.measure;

/**
 * A measure of how well a model has learned, on data held out from the training.
 *
 * @param name with its unit, for instance {@code nats a byte}
 */
public record QualityMeasure(String name, boolean higherIsBetter) {

    /** The mean loss, the default. */
    public static final QualityMeasure LOSS = new QualityMeasure("loss", false);

    /** Whether {@code value} is at least as good as {@code target}. */
    public boolean reaches(double value, double target) {
        return higherIsBetter ? value >= target : value <= target;
    }

    /** By how much {@code value} is better than {@code other}, in the measure's unit; negative if it is worse. */
    public double gain(double value, double other) {
        return higherIsBetter ? value - other : other - value;
    }
}
