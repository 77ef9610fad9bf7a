package org.vivace.train;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * The result of a training. Holds no native memory.
 *
 * @param steps steps done, over all processes if the run was resumed
 * @param seconds time spent training, including the loading of batches, excluding evaluations, saves and the pre-flight
 * @param curve the loss on the training data
 * @param evaluations the quality on the test data, oldest first; empty if none was given
 * @param log the run's notes
 * @param interrupted true if the run was stopped from outside before its end
 */
public record TrainingRecord(
        long steps,
        double seconds,
        List<Point> curve,
        List<Evaluation> evaluations,
        List<String> log,
        boolean interrupted) {

    /** The training loss of one step, and the training time at its end in seconds. */
    public record Point(long step, double seconds, double loss) {}

    /**
     * Means over the test data.
     *
     * @param loss the plain loss, weighted by the batches' sizes
     * @param values the evaluators' results by their names
     */
    public record Evaluation(long step, double seconds, double loss, Map<String, Double> values) {}

    public TrainingRecord {
        curve = List.copyOf(curve);
        evaluations = List.copyOf(evaluations);
        log = List.copyOf(log);
    }

    /** The training loss averaged over the last tenth of the curve, empty if no step was made. */
    public OptionalDouble finalLoss() {
        int from = curve.size() - Math.max(1, curve.size() / 10);
        return curve.stream().skip(Math.max(0, from)).mapToDouble(Point::loss).average();
    }

    /** The test loss of the last evaluation. */
    public OptionalDouble testLoss() {
        return evaluations.isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(evaluations.get(evaluations.size() - 1).loss());
    }

    @Override
    public String toString() {
        String text = String.format(Locale.ROOT, "%d steps in %.1f s", steps, seconds);
        if (finalLoss().isPresent()) {
            text += String.format(
                    Locale.ROOT, ", training loss %.4f", finalLoss().getAsDouble());
        }
        if (testLoss().isPresent()) {
            text += String.format(Locale.ROOT, ", test loss %.4f", testLoss().getAsDouble());
        }
        return interrupted ? text + " (interrupted)" : text;
    }
}
