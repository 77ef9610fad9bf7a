package org.vivace.bench;

import ai.djl.Device;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.vivace.measure.BenchRecord;
import org.vivace.measure.Curve;
import org.vivace.measure.Figures;
import org.vivace.measure.Quality;
import org.vivace.measure.Trial;

/** Plain DJL and a recipe, trained from one seed for equally many steps. */
record OneSeed(Workload workload, Arm arm, double learningRate, long steps, Device device, ProgressBar bar) {

    private static final long SEED = 1;

    /**
     * Interrupting the thread ends it with the finished side, marked partial.
     *
     * @throws TrialDivergedException if a loss is not finite
     */
    BenchRecord record(String command) {
        List<Quality.Trials> sides = new ArrayList<>();
        TrialRunner.heldOut(workload);
        train(Arm.PLAIN, 0).ifPresent(trial -> sides.add(side(Arm.PLAIN, trial)));
        if (!sides.isEmpty()) {
            train(arm, 1).ifPresent(trial -> sides.add(side(arm, trial)));
        }
        BenchRecord untimed = UntimedRecord.of(command, workload, List.of(arm));
        BenchRecord record = untimed.withSettings(settings(untimed))
                .withCurves(sides.stream().map(OneSeed::curve).toList());
        if (!sides.isEmpty()) {
            record = record.withQuality(Quality.of(workload.measure(), OptionalDouble.empty(), sides))
                    .withBaseline(record.baseline().withLoss(lastLoss(sides.get(0))));
        }
        if (sides.size() == 2) {
            return record.withVariants(variant -> variant.withLoss(lastLoss(sides.get(1))));
        }
        // Cleared on purpose: after an interrupted training the results so far are shown.
        Thread.interrupted();
        return record.asPartial();
    }

    private static Quality.Trials side(Arm arm, Trial trial) {
        return new Quality.Trials(arm.name(), arm.labels(), List.of(trial));
    }

    private Optional<Trial> train(Arm side, int turn) {
        long begin = System.nanoTime();
        TrialRunner trials = new TrialRunner(workload, device, learningRate, (step, loss) -> {
            double share = (double) step / steps;
            double nanos = (System.nanoTime() - begin) / share * (1 - share + (1 - turn));
            bar.show(
                    (turn + share) / 2,
                    Duration.ofNanos((long) nanos),
                    "training " + side.name() + ": loss " + Figures.ratio(loss));
        });
        return trials.train(side, SEED, steps);
    }

    private static double lastLoss(Quality.Trials side) {
        List<Double> losses = side.trials().get(0).loss();
        return losses.get(losses.size() - 1);
    }

    private static Curve curve(Quality.Trials side) {
        Trial trial = side.trials().get(0);
        return new Curve(side.name(), trial.evaluatedAt(), trial.loss());
    }

    private Map<String, String> settings(BenchRecord untimed) {
        Map<String, String> settings = new LinkedHashMap<>(untimed.settings());
        settings.put("learning rate", QualityRace.learningRate(learningRate));
        settings.put("steps of each side", Long.toString(steps));
        settings.put("seed", Long.toString(SEED));
        return settings;
    }
}
