package org.vivace.contract;

import java.util.concurrent.Callable;
import org.vivace.train.LossDivergedException;

/** The outcome of a training: weights, or a refusal in a sentence. Any other exception is a fault and is rethrown. */
sealed interface Outcome {

    record Trained(Weights weights) implements Outcome {}

    record Refused(String sentence) implements Outcome {}

    /**
     * @throws Exception any exception that is not such a refusal: of another type, from elsewhere, or without a
     * sentence
     */
    static Outcome of(Callable<Weights> training) throws Exception {
        try {
            return new Trained(training.call());
        } catch (IllegalArgumentException
                | IllegalStateException
                | UnsupportedOperationException
                | LossDivergedException e) {
            if (!isSentence(e)) {
                throw e;
            }
            return new Refused(e.getMessage());
        }
    }

    /**
     * Thrown by a class of Vivace or of the method's author, not by DJL or the JDK, and with a sentence as its message.
     */
    private static boolean isSentence(RuntimeException e) {
        String thrower = e.getStackTrace().length == 0 ? "" : e.getStackTrace()[0].getClassName();
        return !thrower.startsWith("ai.djl.")
                && !thrower.startsWith("java.")
                && !thrower.startsWith("jdk.")
                && e.getMessage() != null
                && e.getMessage().split(" ", -1).length >= 4;
    }
}
