package org.vivace.bench;

/** The loss of a trial was not a finite number. */
public final class TrialDivergedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    TrialDivergedException(double learningRate, long step, double loss) {
        super("expected a finite loss, got " + loss + " at step " + step + " with the learning rate " + learningRate
                + ": give a lower --learning-rate, or let 'vivace tune' find one");
    }
}
