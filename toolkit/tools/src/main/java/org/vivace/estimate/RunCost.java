package org.vivace.estimate;

import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/**
 * The cost of a whole training run, without loading data and evaluating.
 *
 * @param steps of the run
 * @param seconds of all steps
 * @param flops of all steps
 * @param kilowattHours if the power was given
 * @param money in the currency of the price, if a price was given
 */
public record RunCost(long steps, double seconds, double flops, OptionalDouble kilowattHours, OptionalDouble money) {

    private static final double SECONDS_PER_HOUR = 3600;
    private static final double WATTS_PER_KILOWATT = 1000;

    /**
     * Follows the schedules of the methods, which may make inputs smaller for a part of the run: the run is estimated
     * at sixteen points, each for the steps around it.
     *
     * @param time of a step, in seconds
     * @param watts of the machine under load
     * @param pricePerHour of the machine
     * @throws IllegalArgumentException if there are no steps, or power or price are negative
     */
    public static RunCost of(
            Estimator estimator,
            long steps,
            ToDoubleFunction<Estimate> time,
            OptionalDouble watts,
            OptionalDouble pricePerHour) {
        if (steps < 1) {
            throw new IllegalArgumentException("expected a run of at least 1 step, got " + steps);
        }
        requireNotNegative("power in watts", watts);
        requireNotNegative("price per hour", pricePerHour);
        double seconds = 0;
        double flops = 0;
        for (Map.Entry<Estimator, Long> alike : estimator.steps(steps).entrySet()) {
            Estimate step = alike.getKey().step();
            seconds += time.applyAsDouble(step) * alike.getValue();
            flops += step.flops() * alike.getValue();
        }
        double hours = seconds / SECONDS_PER_HOUR;
        return new RunCost(
                steps,
                seconds,
                flops,
                watts.isPresent()
                        ? OptionalDouble.of(watts.getAsDouble() / WATTS_PER_KILOWATT * hours)
                        : OptionalDouble.empty(),
                pricePerHour.isPresent()
                        ? OptionalDouble.of(pricePerHour.getAsDouble() * hours)
                        : OptionalDouble.empty());
    }

    private static void requireNotNegative(String what, OptionalDouble value) {
        if (value.isPresent() && !(value.getAsDouble() >= 0 && Double.isFinite(value.getAsDouble()))) {
            throw new IllegalArgumentException("expected a " + what + " of at least 0, got " + value.getAsDouble());
        }
    }
}
