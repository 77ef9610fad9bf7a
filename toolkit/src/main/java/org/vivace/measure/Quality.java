package org.vivace.measure;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * Whether the model still learns as well, and how soon: trainings of the baseline and of recipes from the same seeds,
 * each with a learning rate that decays within its own budget.
 *
 * @param target the quality to be reached, the same for every arm; null where each seed's target is what the baseline
 *     reached at the end of its training from that seed
 * @param arms the baseline first
 */
public record Quality(QualityMeasure measure, Double target, List<QualityArm> arms) {

    /** The trainings of one recipe, not compared with anything yet. */
    public record Trials(String name, List<String> methods, List<Trial> trials) {}

    public Quality {
        arms = List.copyOf(arms);
    }

    /**
     * Compares the trainings of recipes with the baseline's.
     *
     * @param target or null for what the baseline reached
     * @param trials the baseline's first; as many for each arm, in the order of the same seeds
     * @throws IllegalArgumentException if the arms are not of the same seeds
     */
    public static Quality of(QualityMeasure measure, Double target, List<Trials> trials) {
        List<Trial> baseline = trials.get(0).trials();
        List<Long> seeds = baseline.stream().map(Trial::seed).toList();
        List<Double> targets = baseline.stream()
                .map(each -> target == null ? each.finalQuality() : target)
                .toList();
        List<OptionalDouble> baselineSeconds = baseline.stream()
                .map(each -> target == null ? OptionalDouble.of(each.seconds()) : each.secondsTo(target, measure))
                .toList();
        List<QualityArm> arms = new ArrayList<>();
        for (Trials each : trials) {
            List<Long> own = each.trials().stream().map(Trial::seed).toList();
            if (!own.equals(seeds)) {
                throw new IllegalArgumentException("every arm must be trained from the seeds of the baseline, " + seeds
                        + ", got " + own + " of " + each.name() + ": train the missing ones");
            }
            boolean first = arms.isEmpty();
            List<OptionalDouble> seconds = first
                    ? baselineSeconds
                    : IntStream.range(0, seeds.size())
                            .mapToObj(i -> each.trials().get(i).secondsTo(targets.get(i), measure))
                            .toList();
            arms.add(arm(measure, each, seconds, first ? null : baseline, baselineSeconds));
        }
        return new Quality(measure, target, arms);
    }

    public QualityArm baseline() {
        return arms.get(0);
    }

    private static QualityArm arm(
            QualityMeasure measure,
            Trials own,
            List<OptionalDouble> seconds,
            List<Trial> baseline,
            List<OptionalDouble> baselineSeconds) {
        double[] finals = own.trials().stream().mapToDouble(Trial::finalQuality).toArray();
        int reached = (int) seconds.stream().filter(OptionalDouble::isPresent).count();
        boolean all = reached == seconds.size();
        Spread secondsToTarget = all ? Spread.of(values(seconds)) : null;
        if (baseline == null) {
            return new QualityArm(
                    own.name(),
                    own.methods(),
                    own.trials(),
                    Spread.of(finals),
                    reached,
                    secondsToTarget,
                    null,
                    null,
                    null,
                    null);
        }
        boolean comparable = all && baselineSeconds.stream().allMatch(OptionalDouble::isPresent);
        Interval speedup = comparable ? ratio(values(baselineSeconds), values(seconds)) : null;
        double[] gains = IntStream.range(0, finals.length)
                .mapToDouble(i -> measure.gain(finals[i], baseline.get(i).finalQuality()))
                .toArray();
        Spread gain = Spread.of(gains);
        return new QualityArm(
                own.name(),
                own.methods(),
                own.trials(),
                Spread.of(finals),
                reached,
                secondsToTarget,
                speedup,
                speedup == null ? null : Verdict.of(speedup),
                gain,
                Power.seeds(gain.mean(), gain.sd()));
    }

    private static double[] values(List<OptionalDouble> seconds) {
        return seconds.stream().mapToDouble(OptionalDouble::getAsDouble).toArray();
    }

    private static Interval ratio(double[] baseline, double[] own) {
        Spread logs = Spread.of(IntStream.range(0, own.length)
                .mapToDouble(i -> Math.log(baseline[i] / own[i]))
                .toArray());
        return new Interval(logs.mean(), logs.low(), logs.high()).map(Math::exp);
    }
}
