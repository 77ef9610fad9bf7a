package org.vivace.measure;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * All trials of one recipe, compared with the baseline's from the same seeds. Empty fields were not reached or are not
 * known.
 *
 * @param name {@code plain DJL}, or the recipe's name in plots
 * @param methods the recipe, empty for the baseline
 * @param trials one per seed, from the same seeds in every arm, oldest first
 * @param finalQuality at the end of each trial's own budget; empty if one of them diverged
 * @param reached number of trials that reached the target
 * @param secondsToTarget over the trials; empty unless all of them reached it
 * @param speedup the baseline's seconds to the target by this arm's, the geometric mean over seeds with its 95 %
 *     interval; empty for the baseline, and if a trial of either never reached the target or met it before its first
 *     step
 * @param verdict of the speedup
 * @param gain by how much the final quality is better than the baseline's, paired by seed; empty for the baseline and
 *     if a trial of either diverged
 * @param seedsToTell number of seeds per arm needed to detect a gain of this size in 8 of 10 repetitions at the 5 %
 *     level; empty for the baseline and if the gain or its standard deviation is zero or unknown
 */
public record QualityArm(
        String name,
        List<String> methods,
        List<Trial> trials,
        Optional<SeedSummary> finalQuality,
        int reached,
        Optional<SeedSummary> secondsToTarget,
        Optional<Interval> speedup,
        Optional<Verdict> verdict,
        Optional<SeedSummary> gain,
        OptionalLong seedsToTell) {

    public QualityArm {
        methods = methods == null ? List.of() : List.copyOf(methods);
        trials = List.copyOf(trials);
        finalQuality = Objects.requireNonNullElse(finalQuality, Optional.empty());
        secondsToTarget = Objects.requireNonNullElse(secondsToTarget, Optional.empty());
        speedup = Objects.requireNonNullElse(speedup, Optional.empty());
        verdict = Objects.requireNonNullElse(verdict, Optional.empty());
        gain = Objects.requireNonNullElse(gain, Optional.empty());
        seedsToTell = Objects.requireNonNullElse(seedsToTell, OptionalLong.empty());
    }
}
