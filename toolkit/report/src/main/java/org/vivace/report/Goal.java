package org.vivace.report;

import java.util.List;
import java.util.Optional;
import org.vivace.measure.Figures;
import org.vivace.measure.Quality;
import org.vivace.measure.QualityArm;
import org.vivace.measure.Trial;

/**
 * What every arm is trained to reach.
 *
 * @param name in words, with its value
 * @param value in units of the quality measure
 */
record Goal(String name, double value) {

    /** The target; where each seed has its own, the mean of what the baseline reached, or nothing where it diverged. */
    static Optional<Goal> of(Quality quality) {
        if (quality.target().isEmpty()) {
            return quality.baseline().finalQuality().map(end -> new Goal(Words.BASELINE + " at its end", end.mean()));
        }
        double target = quality.target().getAsDouble();
        return Optional.of(new Goal(
                "target, " + Figures.significant(target) + " "
                        + quality.measure().name(),
                target));
    }

    /** Whether the quality is measured as the very loss that the plots of losses show. */
    static boolean isLoss(Quality quality) {
        return quality.arms().stream()
                .map(QualityArm::trials)
                .flatMap(List::stream)
                .allMatch((Trial trial) -> trial.quality().equals(trial.loss()));
    }
}
