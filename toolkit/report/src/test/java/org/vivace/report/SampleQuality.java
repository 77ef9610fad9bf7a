package org.vivace.report;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.stream.LongStream;
import org.vivace.measure.Quality;
import org.vivace.measure.Quality.Trials;
import org.vivace.measure.QualityMeasure;
import org.vivace.measure.Trial;

/** Trainings on paper: a loss that falls as real ones do, from several seeds. */
final class SampleQuality {

    static final QualityMeasure LOSS = new QualityMeasure("nats a byte", false);
    static final QualityMeasure ACCURACY = new QualityMeasure("accuracy", true);

    static final List<String> RECIPE = List.of(
            "MixedPrecision(bf16)",
            "LowPrecisionLayerNorm",
            "FusedAttention",
            "FusedAdamW",
            "SequenceLengthWarmup(0.3)");

    private SampleQuality() {}

    /** Plain DJL for 900 seconds and the recipe for 400 and for 900, three seeds each, of a loss to be brought to 1.45. */
    static Quality language() {
        return Quality.of(
                LOSS,
                OptionalDouble.of(1.45),
                List.of(
                        new Trials("plain DJL", List.of(), trials(LOSS, 3, 900, 1.0, 0)),
                        new Trials("recipe, 400 s", RECIPE, trials(LOSS, 3, 400, 4.0, 0)),
                        new Trials("recipe", RECIPE, trials(LOSS, 3, 900, 4.0, 0.004))));
    }

    /** Arms with names as long as recipes are, some of which never reach 0.86 of accuracy. */
    static Quality manyArms(int count, int seeds) {
        List<Trials> arms = new ArrayList<>();
        arms.add(new Trials("plain DJL", List.of(), trials(ACCURACY, seeds, 300, 1.0, 0)));
        for (int i = 1; i < count; i++) {
            List<String> methods = new ArrayList<>(RECIPE);
            methods.set(i % RECIPE.size(), "LabelSmoothing(0." + i + ")");
            List<String> some = methods.subList(0, 1 + i % RECIPE.size());
            arms.add(new Trials(
                    String.join(" + ", some), some, trials(ACCURACY, seeds, 300 - 12 * i, 0.6 + 0.25 * i, 0.002 * i)));
        }
        return Quality.of(ACCURACY, OptionalDouble.of(0.86), arms);
    }

    static List<Trial> trials(QualityMeasure measure, int seeds, double budget, double speed, double better) {
        return LongStream.range(0, seeds)
                .mapToObj(seed -> trial(measure, seed, budget, speed, better))
                .toList();
    }

    private static Trial trial(QualityMeasure measure, long seed, double budget, double speed, double better) {
        Random random = new Random(1000 * seed + Math.round(budget));
        double own = 0.008 * random.nextGaussian();
        double pace = 1 + 0.02 * random.nextGaussian();
        List<Double> at = new ArrayList<>();
        List<Double> loss = new ArrayList<>();
        List<Double> quality = new ArrayList<>();
        int evaluations = 15;
        for (int i = 1; i <= evaluations; i++) {
            double seconds = pace * budget * i / evaluations;
            double work = speed * seconds / 300;
            double value = 1.3
                    - better
                    + own
                    + 2.2 * Math.exp(-1.6 * work)
                    + 0.25 / (1 + work)
                    + 0.006 * random.nextGaussian();
            at.add(seconds);
            loss.add(value);
            quality.add(measure.higherIsBetter() ? 1.13 - value / 5.5 : value);
        }
        return new Trial(seed, 1000, pace * budget, at, loss, quality);
    }
}
