package org.vivace.measure;

import java.util.List;

/**
 * All trials of one recipe, and what they say against the baseline's of the same seeds. What is null was not reached or
 * cannot be told.
 *
 * @param name {@code plain DJL}, or what the recipe is called in plots
 * @param methods the recipe, empty for the baseline
 * @param trials one a seed, of the same seeds in every arm, oldest first
 * @param finalQuality at the end of each trial's own budget; null where one of them diverged
 * @param reached how many trials reached the target
 * @param secondsToTarget over the trials, null unless all of them reached it
 * @param speedup the baseline's seconds to the target by this arm's, the geometric mean over seeds with its 95 %
 *     interval; null for the baseline, where a trial of either never reached the target, and where one met it before
 *     its first step
 * @param verdict of the speedup
 * @param gain by how much the final quality is better than the baseline's, paired by seed; null for the baseline and
 *     where a trial of either diverged
 * @param seedsToTell how many seeds an arm needs for a gain of the size found to be seen in 8 of 10 repetitions at the
 *     5 % level; null for the baseline and where the gain or its spread is zero or unknown
 */
public record QualityArm(
        String name,
        List<String> methods,
        List<Trial> trials,
        SeedSummary finalQuality,
        int reached,
        SeedSummary secondsToTarget,
        Interval speedup,
        Verdict verdict,
        SeedSummary gain,
        Long seedsToTell) {

    public QualityArm {
        methods = methods == null ? List.of() : List.copyOf(methods);
        trials = List.copyOf(trials);
    }
}
