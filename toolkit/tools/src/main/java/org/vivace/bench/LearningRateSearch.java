package org.vivace.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.vivace.measure.Figures;
import org.vivace.measure.QualityMeasure;
import org.vivace.measure.RecordFile;
import org.vivace.measure.Statistics;
import org.vivace.measure.TuningRecord;
import org.vivace.measure.TuningRecord.Rated;

/**
 * Trains a workload at its own learning rate, at twice and at half of it, and continues doubling or halving while the
 * best rate is the highest or lowest one tried.
 */
public final class LearningRateSearch {

    /**
     * The progress of the search. The number of rates is not known in advance, so share and time left are those of the
     * current one.
     */
    record At(double share, Duration left, String doing) {}

    private static final long SEED = 1;
    private static final int MOST_RATES = 9;
    private static final int WARM_UP_STEPS = 2;
    private static final int TIMED_STEPS = 5;

    private final Workload workload;
    private final Arm arm;
    private final long steps;
    private final Consumer<At> progress;

    LearningRateSearch(Workload workload, Arm arm, long steps, Consumer<At> progress) {
        this.workload = workload;
        this.arm = arm;
        this.steps = steps;
        this.progress = progress;
    }

    /** Interrupting the thread ends it with the rates tried so far, marked partial. */
    TuningRecord run(String command) {
        QualityMeasure measure = workload.measure();
        List<Rated> tried = new ArrayList<>();
        Optional<Double> next = Optional.of(workload.learningRate());
        boolean partial = false;
        while (next.isPresent() && tried.size() < MOST_RATES) {
            Optional<Rated> rated = train(next.get());
            if (rated.isEmpty()) {
                // Cleared on purpose: after an interrupted search its findings are written.
                Thread.interrupted();
                partial = true;
                break;
            }
            tried.add(rated.get());
            next = next(measure, tried);
        }
        Map<String, String> settings = new TreeMap<>(workload.settings());
        settings.put("schedule", "up to the peak over the first tenth of the steps, then down half a cosine to zero");
        return new TuningRecord(
                TuningRecord.SCHEMA,
                command,
                workload.name(),
                RecordFile.now(),
                LocalMachine.machine(),
                settings,
                arm.labels(),
                measure,
                steps,
                tried,
                TuningRecord.best(measure, tried).stream()
                        .mapToDouble(Rated::learningRate)
                        .findFirst(),
                partial);
    }

    /** The rate to try next; empty if the best one so far has a worse one on either side. */
    public static Optional<Double> next(QualityMeasure measure, List<Rated> tried) {
        if (tried.isEmpty()) {
            return Optional.empty();
        }
        double low = tried.stream().mapToDouble(Rated::learningRate).min().orElseThrow();
        double high = tried.stream().mapToDouble(Rated::learningRate).max().orElseThrow();
        double best = TuningRecord.best(measure, tried).map(Rated::learningRate).orElse(low);
        // Where every rate so far diverged, the best is lower than all of them.
        if (best == high && TuningRecord.best(measure, tried).isPresent()) {
            return Optional.of(2 * high);
        }
        return best == low ? Optional.of(low / 2) : Optional.empty();
    }

    /** The number of steps that fit in a time, estimated from a few timed ones; at least 1. */
    public static long stepsIn(double seconds, Bench bench) {
        try (ArmTrainer trainer = ArmTrainer.withBatches(
                bench.workload(), LocalMachine.device(), bench.plan().arm())) {
            double[] millis = new double[TIMED_STEPS];
            for (int i = -WARM_UP_STEPS; i < TIMED_STEPS; i++) {
                long begin = System.nanoTime();
                trainer.step();
                if (i >= 0) {
                    millis[i] = (System.nanoTime() - begin) / 1e6;
                }
            }
            return Math.max(1, Math.round(1000 * seconds / Statistics.median(millis)));
        }
    }

    private Optional<Rated> train(double rate) {
        long begin = System.nanoTime();
        TrialRunner trials = new TrialRunner(workload, LocalMachine.device(), rate, (step, loss) -> {
            long left = (System.nanoTime() - begin) / step * (steps - step);
            String doing = "learning rate " + rate + ": loss " + Figures.ratio(loss);
            progress.accept(new At((double) step / steps, Duration.ofNanos(left), doing));
        });
        try {
            return trials.train(arm, SEED, steps).map(each -> new Rated(rate, Optional.of(each)));
        } catch (TrialDivergedException e) {
            return Optional.of(new Rated(rate, Optional.empty()));
        }
    }
}
