package org.vivace.measure;

/** One training step to be timed, and the name it has in tables. */
public record NamedStep(String name, Body body) {

    /** What one step does; data that should not be timed is prepared before. */
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
