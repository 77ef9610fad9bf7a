package org.vivace.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.vivace.measure.Curve;
import org.vivace.measure.Quality;
import org.vivace.measure.QualityArm;
import org.vivace.measure.Trial;

/**
 * The trials of an arm as one curve: the mean over seeds, with a band from the lowest to the highest. Trials of one arm
 * differ in speed, so the mean is taken at equal shares of their trainings, of the seconds as of the values.
 */
final class SeedCurves {

    private SeedCurves() {}

    /** A curve of the loss for every arm, the baseline's first. */
    static List<Curve> losses(Quality quality) {
        return of(quality, Trial::loss);
    }

    /** The same of the quality, in units of its measure. */
    static List<Curve> qualities(Quality quality) {
        return of(quality, Trial::quality);
    }

    private static List<Curve> of(Quality quality, Function<Trial, List<Double>> values) {
        return quality.arms().stream().map(arm -> of(arm, values)).toList();
    }

    private static Curve of(QualityArm arm, Function<Trial, List<Double>> values) {
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
            double[] seeds = trials.stream()
                    .mapToDouble(trial -> at(share * end(trial), trial.evaluatedAt(), values.apply(trial)))
                    .toArray();
            seconds.add(trials.stream()
                    .mapToDouble(trial -> share * end(trial))
                    .average()
                    .orElseThrow());
            mean.add(Arrays.stream(seeds).average().orElseThrow());
            low.add(Arrays.stream(seeds).min().orElseThrow());
            high.add(Arrays.stream(seeds).max().orElseThrow());
        }
        boolean band = trials.size() > 1;
        return new Curve(arm.name(), seconds, mean, band ? low : List.of(), band ? high : List.of());
    }

    private static double end(Trial trial) {
        return trial.evaluatedAt().get(trial.evaluatedAt().size() - 1);
    }

    /** The value at a time, on the line between the evaluations before and after it. */
    private static double at(double seconds, List<Double> times, List<Double> values) {
        int after = 0;
        while (after < times.size() - 1 && times.get(after) < seconds) {
            after++;
        }
        if (after == 0) {
            return values.get(0);
        }
        double part = (seconds - times.get(after - 1)) / (times.get(after) - times.get(after - 1));
        double before = values.get(after - 1);
        return before + Math.min(1, part) * (values.get(after) - before);
    }
}
