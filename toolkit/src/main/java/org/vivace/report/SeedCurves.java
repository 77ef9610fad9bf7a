package org.vivace.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.vivace.measure.Curve;
import org.vivace.measure.Quality;
import org.vivace.measure.QualityArm;
import org.vivace.measure.Trial;

/**
 * The trials of an arm as one curve: the mean over seeds, with a band from the lowest to the highest. Trials of one arm
 * differ in speed, so the mean is taken at equal shares of their trainings, of the seconds as of the loss.
 */
final class SeedCurves {

    private SeedCurves() {}

    /** A curve for every arm, the baseline's first. */
    static List<Curve> of(Quality quality) {
        return quality.arms().stream().map(SeedCurves::of).toList();
    }

    private static Curve of(QualityArm arm) {
        List<Trial> trials = arm.trials();
        double begin = trials.stream()
                .mapToDouble(trial -> trial.evaluatedAt().get(0) / end(trial))
                .max()
                .orElseThrow();
        double[] shares = trials.stream()
                .flatMapToDouble(trial -> trial.evaluatedAt().stream().mapToDouble(at -> at / end(trial)))
                .filter(share -> share >= begin)
                .sorted()
                .distinct()
                .toArray();
        List<Double> seconds = new ArrayList<>();
        List<Double> mean = new ArrayList<>();
        List<Double> low = new ArrayList<>();
        List<Double> high = new ArrayList<>();
        for (double share : shares) {
            double[] losses =
                    trials.stream().mapToDouble(trial -> loss(trial, share)).toArray();
            seconds.add(trials.stream()
                    .mapToDouble(trial -> share * end(trial))
                    .average()
                    .orElseThrow());
            mean.add(Arrays.stream(losses).average().orElseThrow());
            low.add(Arrays.stream(losses).min().orElseThrow());
            high.add(Arrays.stream(losses).max().orElseThrow());
        }
        boolean band = trials.size() > 1;
        return new Curve(arm.name(), seconds, mean, band ? low : List.of(), band ? high : List.of());
    }

    private static double end(Trial trial) {
        return trial.evaluatedAt().get(trial.evaluatedAt().size() - 1);
    }

    /** The loss at a share of the training, on the line between the evaluations before and after it. */
    private static double loss(Trial trial, double share) {
        double at = share * end(trial);
        List<Double> times = trial.evaluatedAt();
        int after = 0;
        while (after < times.size() - 1 && times.get(after) < at) {
            after++;
        }
        if (after == 0) {
            return trial.loss().get(0);
        }
        double part = (at - times.get(after - 1)) / (times.get(after) - times.get(after - 1));
        double before = trial.loss().get(after - 1);
        return before + Math.min(1, part) * (trial.loss().get(after) - before);
    }
}
