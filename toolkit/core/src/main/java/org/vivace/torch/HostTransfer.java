package org.vivace.torch;

import java.util.List;

/**
 * One place in a training where a GPU's host waits for the device, or would if the arrays were on one.
 *
 * @param operation DJL's native method, or libtorch's operator
 * @param frames the innermost frames of the Java stack outside of the JDK and DJL's arrays and engine, {@code
 *     class.method(file:line)}; empty on a thread of libtorch's own
 */
public record HostTransfer(Kind kind, String operation, List<String> frames) {

    /** What the host waits for. */
    public enum Kind {
        /** Numbers are copied from Java into an array, as for the 2 in {@code x.mul(2)}. */
        FROM_HOST("copies numbers from Java"),
        /** A value is read in Java, or decides about a branch of a TorchScript function. */
        TO_HOST("reads a value"),
        /** An array is copied between two devices. */
        BETWEEN_DEVICES("copies between devices"),
        /** An operator whose result's shape depends on values. */
        SHAPE("waits for a shape");

        private final String words;

        Kind(String words) {
            this.words = words;
        }
    }

    public HostTransfer {
        frames = List.copyOf(frames);
    }

    /** The code that caused it: the innermost of {@link #frames}. */
    public String actor() {
        return frames.isEmpty() ? "a thread of libtorch" : frames.get(0);
    }

    /** Whether DJL's own code caused it: one of its losses, optimizers, blocks, listeners or data sets. */
    public boolean ofDjl() {
        return actor().startsWith("ai.djl.");
    }

    @Override
    public String toString() {
        String from = frames.size() < 2 ? "" : ", called from " + String.join(", ", frames.subList(1, frames.size()));
        return actor() + " " + kind.words + " (" + operation + ")" + from;
    }
}
