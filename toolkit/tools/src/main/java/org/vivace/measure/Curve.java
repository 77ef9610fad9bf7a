package org.vivace.measure;

import java.util.List;

/**
 * Loss against wall-clock seconds of one training.
 *
 * @param low the lower edge of a band around the loss (for instance over seeds); empty if there is none
 * @param high the upper edge; empty if there is none
 */
public record Curve(String name, List<Double> seconds, List<Double> loss, List<Double> low, List<Double> high) {

    public Curve {
        seconds = List.copyOf(seconds);
        loss = List.copyOf(loss);
        low = low == null ? List.of() : List.copyOf(low);
        high = high == null ? List.of() : List.copyOf(high);
        requireLength(name, "losses", loss, seconds.size());
        if (!low.isEmpty() || !high.isEmpty()) {
            requireLength(name, "lower edges", low, seconds.size());
            requireLength(name, "upper edges", high, seconds.size());
        }
    }

    public Curve(String name, List<Double> seconds, List<Double> loss) {
        this(name, seconds, loss, List.of(), List.of());
    }

    public boolean hasBand() {
        return !low.isEmpty();
    }

    private static void requireLength(String name, String what, List<Double> values, int expected) {
        if (values.size() != expected) {
            throw new IllegalArgumentException("curve " + name + " must have as many " + what + " as seconds ("
                    + expected + "), got " + values.size() + ": give one value a point");
        }
    }
}
