package org.vivace.train;

import ai.djl.ndarray.NDArray;

/** Named values that outlive a process: what a method must save to resume exactly. */
public final class State {

    private State() {}

    /** Takes values under names that are unique within the method. */
    public interface Writer {
        void number(String name, double value);

        /** Copies the array's values; it stays the caller's. */
        void array(String name, NDArray value);
    }

    /** Gives back what a {@link Writer} took. */
    public interface Reader {
        /** @throws IllegalStateException where nothing of that name was saved */
        double number(String name);

        /**
         * Copies the saved values into an array that is there already.
         *
         * @throws IllegalStateException where nothing of that name, or something of another shape, was saved
         */
        void array(String name, NDArray into);

        /** Whether something was saved under that name. */
        boolean has(String name);
    }
}
