package org.vivace.measure;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The quality that the model reaches, and how soon: trainings of the baseline and of recipes from the same seeds, each
 * with a learning rate that decays within its own budget.
 *
 * @param target the quality to be reached, the same for every arm; empty if each seed's target is the quality that the
 *     baseline reached at the end of its training from that seed
 * @param arms the baseline first
 */
public record Quality(QualityMeasure measure, OptionalDouble target, List<QualityArm> arms) {

    /** The trainings of one recipe, not yet compared. */
    public record Trials(String name, List<String> methods, List<Trial> trials) {}

    public Quality {
        target = Objects.requireNonNullElse(target, OptionalDouble.empty());
        arms = List.copyOf(arms);
    }

    /**
     * Compares the trainings of recipes with the baseline's.
     *
     * @param target empty for the quality that the baseline reached
     * @param trials the baseline's first; as many for each arm, in the order of the same seeds
     * @throws IllegalArgumentException if there is no trial, or if the arms are not of the same seeds
     */
    public static Quality of(QualityMeasure measure, OptionalDouble target, List<Trials> trials) {
        if (trials.isEmpty() || trials.get(0).trials().isEmpty()) {
            throw new IllegalArgumentException(
                    "a comparison of quality must have a trial of the baseline, got none: train at least one seed");
        }
        List<Trial> baseline = trials.get(0).trials();
        List<Long> seeds = baseline.stream().map(Trial::seed).toList();
        List<Double> targets = baseline.stream()
                .map(each -> target.orElseGet(each::finalQuality))
                .toList();
        List<OptionalDouble> baselineSeconds = seconds(measure, baseline, targets);
        List<QualityArm> arms = new ArrayList<>();
        for (Trials each : trials) {
            List<Long> own = each.trials().stream().map(Trial::seed).toList();
            if (!own.equals(seeds)) {
                throw new IllegalArgumentException("every arm must be trained from the seeds of the baseline, " + seeds
                        + ", got " + own + " of " + each.name() + ": train the missing ones");
            }
            boolean first = arms.isEmpty();
            List<OptionalDouble> seconds = seconds(measure, each.trials(), targets);
            arms.add(arm(measure, each, seconds, first ? Optional.empty() : Optional.of(baseline), baselineSeconds));
        }
        return new Quality(measure, target, arms);
    }

    /** The seconds to the target, computed alike for every arm, including the baseline. */
    private static List<OptionalDouble> seconds(QualityMeasure measure, List<Trial> trials, List<Double> targets) {
        return IntStream.range(0, trials.size())
                .mapToObj(i -> trials.get(i).secondsTo(targets.get(i), measure))
                .toList();
    }

    public QualityArm baseline() {
        return arms.get(0);
    }

    private static QualityArm arm(
            QualityMeasure measure,
            Trials own,
            List<OptionalDouble> seconds,
            Optional<List<Trial>> baseline,
            List<OptionalDouble> baselineSeconds) {
        int reached = (int) seconds.stream().filter(OptionalDouble::isPresent).count();
        Optional<Interval> speedup = baseline.flatMap(other -> ratio(baselineSeconds, seconds));
        Optional<SeedSummary> gain = baseline.flatMap(other -> gain(measure, own.trials(), other));
        return new QualityArm(
                own.name(),
                own.methods(),
                own.trials(),
                summary(own.trials().stream().mapToDouble(Trial::finalQuality)),
                reached,
                reached == seconds.size()
                        ? Optional.of(SeedSummary.ofAmounts(values(seconds).toArray()))
                        : Optional.empty(),
                speedup,
                speedup.map(Verdict::of),
                gain,
                gain.map(found -> Power.seeds(found.mean(), found.sd())).orElse(OptionalLong.empty()));
    }

    private static Optional<SeedSummary> gain(QualityMeasure measure, List<Trial> own, List<Trial> baseline) {
        return summary(IntStream.range(0, own.size())
                .mapToDouble(i ->
                        measure.gain(own.get(i).finalQuality(), baseline.get(i).finalQuality())));
    }

    /** On a logarithmic scale, on which twice and half as soon are equally far from 1. */
    private static Optional<Interval> ratio(List<OptionalDouble> baseline, List<OptionalDouble> own) {
        boolean comparable = Stream.concat(baseline.stream(), own.stream())
                .allMatch(each -> each.isPresent() && each.getAsDouble() > 0);
        if (!comparable) {
            return Optional.empty();
        }
        double[] ours = values(own).toArray();
        double[] theirs = values(baseline).toArray();
        return summary(IntStream.range(0, ours.length).mapToDouble(i -> Math.log(theirs[i] / ours[i])))
                .map(logs -> new Interval(logs.mean(), logs.low(), logs.high()).map(Math::exp));
    }

    private static DoubleStream values(List<OptionalDouble> seconds) {
        return seconds.stream().mapToDouble(OptionalDouble::getAsDouble);
    }

    /** Empty if a value is not finite: a diverged loss has no mean. */
    private static Optional<SeedSummary> summary(DoubleStream values) {
        double[] all = values.toArray();
        return DoubleStream.of(all).allMatch(Double::isFinite) ? Optional.of(SeedSummary.of(all)) : Optional.empty();
    }
}
