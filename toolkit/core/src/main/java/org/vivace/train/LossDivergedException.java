package org.vivace.train;

/** The loss of a run was not a finite number. */
public final class LossDivergedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final long step;

    LossDivergedException(long step, double loss) {
        super("expected a finite loss, got " + loss + " at step " + step
                + ": lower the learning rate, clip the gradients or look at that batch");
        this.step = step;
    }

    /** The step, counted from 0, with that loss; the weights are as the step before left them. */
    public long step() {
        return step;
    }
}
