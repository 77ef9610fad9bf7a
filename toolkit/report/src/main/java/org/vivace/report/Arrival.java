package org.vivace.report;

import java.util.List;
import java.util.stream.IntStream;
import org.vivace.measure.Quality;

/**
 * When an arm came to the target.
 *
 * @param place of the arm among all of them
 * @param seconds of training, the mean over seeds
 */
record Arrival(int place, double seconds) {

    /** That of every arm of which each seed arrived. */
    static List<Arrival> of(Quality quality) {
        return IntStream.range(0, quality.arms().size())
                .boxed()
                .flatMap(place -> quality.arms().get(place).secondsToTarget().stream()
                        .map(seconds -> new Arrival(place, seconds.mean())))
                .toList();
    }
}
