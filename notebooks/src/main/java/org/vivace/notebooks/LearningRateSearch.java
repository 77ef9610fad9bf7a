package org.vivace.notebooks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.vivace.measure.QualityMeasure;
import org.vivace.measure.Trial;
import org.vivace.measure.TuningRecord;
import org.vivace.measure.TuningRecord.Rated;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.Recipe;

/**
 * Trains a workload at its own learning rate, at twice and at half of it, and goes on doubling or halving
 * while the best rate is at an edge of those tried.
 */
final class LearningRateSearch {

    /**
     * Where the search stands. How many rates it will take is not known, so share and time left are those of the present
     * one.
     */
    record At(double share, Duration left, String doing) {}

    private static final long SEED = 1;
    private static final int MOST_RATES = 9;

    private final Workload workload;
    private final Optional<List<EfficiencyMethod>> methods;
    private final long steps;
    private final Consumer<At> progress;

    /** @param methods to search with, or nothing for stock DJL */
    LearningRateSearch(Workload workload, Optional<List<EfficiencyMethod>> methods, long steps, Consumer<At> progress) {
        this.workload = workload;
        this.methods = methods;
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
                // Used up on purpose: what follows an interrupted search is writing what it found.
                Thread.interrupted();
                partial = true;
                break;
            }
            tried.add(rated.get());
            next = next(measure, tried);
        }
        Map<String, String> settings = new TreeMap<>(workload.settings());
        settings.put("schedule", "up to the peak over the first tenth of the steps, then down half a cosine to zero");
        List<String> labels = methods.map(each -> Recipe.of(each).labels()).orElse(List.of());
        return TuningRecord.of(
                command, workload.name(), Here.machine(), settings, labels, measure, steps, tried, partial);
    }

    /** The rate to try next, or nothing where the best of those tried has a worse one on either side. */
    static Optional<Double> next(QualityMeasure measure, List<Rated> tried) {
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

    private Optional<Rated> train(double rate) {
        long begin = System.nanoTime();
        Trials trials = new Trials(workload, Here.device(), rate, (step, loss) -> {
            long left = (System.nanoTime() - begin) / step * (steps - step);
            String doing = String.format(Locale.ROOT, "learning rate %s: loss %.2f", rate, loss);
            progress.accept(new At((double) step / steps, Duration.ofNanos(left), doing));
        });
        try {
            Optional<Trial> trial =
                    methods.isPresent() ? trials.with(methods.get(), SEED, steps) : trials.plain(SEED, steps);
            return trial.map(each -> new Rated(rate, each));
        } catch (TrialDivergedException e) {
            return Optional.of(new Rated(rate, null));
        }
    }
}
