package org.vivace.train;

import ai.djl.ndarray.NDArray;

/** Named values that outlive a process: what a method must save to resume exactly. */
public final class State {

    private State() {}

    /** Writes values under names that are unique within the method. */
    public interface Writer {
        void number(String name, double value);

        /** Copies the array's values; the caller keeps the array. */
        void array(String name, NDArray value);
    }

    /** Reads what a {@link Writer} wrote. */
    public interface Reader {
        /** @throws IllegalStateException if nothing of that name was saved */
        double number(String name);

        /**
         * Copies the saved values into an existing array.
         *
         * @throws IllegalStateException if nothing of that name, or something of another shape, was saved
         */
        void array(String name, NDArray into);

        /** Whether something was saved under that name. */
        boolean has(String name);
    }
}
