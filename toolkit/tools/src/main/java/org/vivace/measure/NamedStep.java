package org.vivace.measure;

/** One training step to be timed, and its name in tables. */
public record NamedStep(String name, Body body) {

    /** The code of one step; prepare data that should not be timed beforehand. */
    @FunctionalInterface
    public interface Body {
        void run() throws Exception;
    }

    public NamedStep {
        if (name.isBlank()) {
            throw new IllegalArgumentException("a timed step must have a name, got a blank one: name its methods");
        }
    }
}
