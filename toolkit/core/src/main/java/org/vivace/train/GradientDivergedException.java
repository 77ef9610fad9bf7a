package org.vivace.train;

/** A gradient had an element that is infinite or not a number when it was about to change a weight. */
public final class GradientDivergedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final long step;
    private final String parameter;

    /** @param message a whole sentence: what was expected, what was found on which parameter at which step, what to do */
    public GradientDivergedException(long step, String parameter, String message) {
        super(message);
        this.step = step;
        this.parameter = parameter;
    }

    GradientDivergedException(long step, String parameter) {
        this(
                step,
                parameter,
                "expected finite gradients, got one that is not on " + parameter + " at step " + step
                        + ": lower the learning rate or look at that batch");
    }

    /** The step, counted from 0, with that gradient; the weights are as the step before left them. */
    public long step() {
        return step;
    }

    /** The path of the first parameter, in the model's order, with such a gradient. */
    public String parameter() {
        return parameter;
    }
}
