package org.vivace.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.vivace.measure.Quality;
import org.vivace.measure.QualityArm;
import org.vivace.measure.QualityMeasure;
import org.vivace.measure.Trial;

/**
 * The ends of an arm's trials.
 *
 * @param place of the arm among all of them
 * @param seconds of training, a value a seed
 * @param quality at the end, a value a seed
 */
record ArmPoint(int place, String name, double[] seconds, double[] quality) {

    /** A point for every arm none of whose trials diverged, in their order. */
    static List<ArmPoint> of(Quality quality) {
        return IntStream.range(0, quality.arms().size())
                .filter(place -> quality.arms().get(place).finalQuality().isPresent())
                .mapToObj(place -> of(place, quality.arms().get(place)))
                .toList();
    }

    private static ArmPoint of(int place, QualityArm arm) {
        return new ArmPoint(
                place,
                arm.name(),
                arm.trials().stream().mapToDouble(Trial::seconds).toArray(),
                arm.trials().stream().mapToDouble(Trial::finalQuality).toArray());
    }

    double meanSeconds() {
        return Arrays.stream(seconds).average().orElseThrow();
    }

    double meanQuality() {
        return Arrays.stream(quality).average().orElseThrow();
    }

    /** The places of the points than which none is both as soon and as good, from the soonest to the best. */
    static List<Integer> front(List<ArmPoint> points, QualityMeasure measure) {
        List<Integer> front = new ArrayList<>();
        IntStream.range(0, points.size())
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> points.get(i).meanSeconds())
                        .thenComparingDouble(i -> -measure.gain(points.get(i).meanQuality(), 0)))
                .forEach(i -> {
                    if (front.isEmpty()
                            || measure.gain(
                                            points.get(i).meanQuality(),
                                            points.get(front.get(front.size() - 1))
                                                    .meanQuality())
                                    > 0) {
                        front.add(i);
                    }
                });
        return front;
    }
}
