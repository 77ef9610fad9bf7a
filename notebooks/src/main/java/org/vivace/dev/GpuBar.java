package org.vivace.dev;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.vivace.dev.GpuRecords.NotMeasuredException;
import org.vivace.measure.Figures;

/**
 * A number that {@code notebooks/gpu-check} measures, and what it must be.
 *
 * @param name what the number is
 * @param limit inclusive
 * @param reading takes it from the records
 */
record GpuBar(String name, Side side, double limit, Function<GpuRecords, Figure> reading) {

    /** On which side of the limit the number must be. */
    enum Side {
        AT_LEAST,
        AT_MOST;

        private boolean holds(double value, double limit) {
            return this == AT_LEAST ? value >= limit : value <= limit;
        }

        private String of(double limit) {
            return (this == AT_LEAST ? "at least " : "at most ") + Figures.significant(limit);
        }
    }

    /**
     * What was measured.
     *
     * @param value infinite if what was timed never came
     * @param remark a clause, or empty
     */
    record Figure(double value, String remark) {

        static Figure of(double value) {
            return new Figure(value, "");
        }
    }

    /**
     * The bar beside its number.
     *
     * @param value empty if it was not measured, or never came
     * @param met empty if it was not measured
     * @param remark why it was not measured, or more about it
     */
    record Verdict(String bar, String must, OptionalDouble value, Optional<Boolean> met, Optional<String> remark) {

        /** For a terminal. */
        String line() {
            String number = met.isEmpty()
                    ? "not measured"
                    : value.isPresent() ? Figures.significant(value.getAsDouble()) : "never";
            return (met.isEmpty() ? "-      " : met.get() ? "met    " : "missed ")
                    + bar
                    + ": "
                    + number
                    + (met.isPresent() ? " (" + must + ")" : "")
                    + remark.map(text -> ": " + text).orElse("");
        }
    }

    Verdict of(GpuRecords records) {
        String must = side.of(limit);
        try {
            Figure figure = reading.apply(records);
            return new Verdict(
                    name,
                    must,
                    Double.isFinite(figure.value()) ? OptionalDouble.of(figure.value()) : OptionalDouble.empty(),
                    Optional.of(side.holds(figure.value(), limit)),
                    figure.remark().isEmpty() ? Optional.empty() : Optional.of(figure.remark()));
        } catch (NotMeasuredException e) {
            return new Verdict(
                    name, must, OptionalDouble.empty(), Optional.empty(), Optional.ofNullable(e.getMessage()));
        }
    }
}
