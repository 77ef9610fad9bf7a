package org.vivace.measure;

import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * One training from one seed, with the results of its evaluations.
 *
 * @param steps number of steps
 * @param seconds spent training, including the loading of batches but not evaluations
 * @param evaluatedAt the seconds of training at each evaluation, ascending; the last one is at the end
 * @param loss on held-out data at each evaluation
 * @param quality at each evaluation, by the workload's {@link QualityMeasure}
 */
public record Trial(
        long seed, long steps, double seconds, List<Double> evaluatedAt, List<Double> loss, List<Double> quality) {

    public Trial {
        evaluatedAt = List.copyOf(evaluatedAt);
        loss = List.copyOf(loss);
        quality = List.copyOf(quality);
        if (quality.isEmpty() || evaluatedAt.size() != quality.size() || loss.size() != quality.size()) {
            throw new IllegalArgumentException("a trial must have at least one evaluation with its time, loss and"
                    + " quality, got " + evaluatedAt.size() + ", " + loss.size() + " and " + quality.size()
                    + ": evaluate at its end");
        }
        for (int i = 1; i < evaluatedAt.size(); i++) {
            if (evaluatedAt.get(i) < evaluatedAt.get(i - 1)) {
                throw new IllegalArgumentException("the times of a trial's evaluations must rise, got "
                        + evaluatedAt.get(i) + " s after " + evaluatedAt.get(i - 1) + " s: give them in their order");
            }
        }
    }

    /** The quality at the end. */
    public double finalQuality() {
        return quality.get(quality.size() - 1);
    }

    /** The seconds of training at the first evaluation that reached the target; empty if none did. */
    public OptionalDouble secondsTo(double target, QualityMeasure measure) {
        return IntStream.range(0, quality.size())
                .filter(i -> measure.reaches(quality.get(i), target))
                .mapToDouble(evaluatedAt::get)
                .findFirst();
    }
}
