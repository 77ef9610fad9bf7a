package org.vivace.notebooks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.vivace.datasets.DataSetCatalog;
import picocli.CommandLine;

/**
 * How large a workload is and how long it is measured, at a {@link Size}.
 *
 * @param options of the command {@code bench}, which say the sizes
 * @param rounds of step times, two steps each
 * @param seconds in which they have to end
 * @param trainingSteps of each side, from one seed
 */
record BenchPlan(List<String> options, int rounds, double seconds, long trainingSteps) {

    static final List<String> NAMES = List.of("language", "vision", "classify");

    private record Named(String workload, Size size) {}

    private static final Map<Named, BenchPlan> PLANS = Map.of(
            new Named("language", Size.QUICK),
            plan("--width 48 --layers 2 --heads 2 --context 64 --batch 8 --held-out 4096", 12, 3, 60),
            new Named("language", Size.DEFAULT),
            plan("--width 192 --layers 4 --heads 4 --context 128 --batch 16 --held-out 16384", 24, 24, 80),
            new Named("language", Size.GPU),
            plan("--width 768 --layers 8 --heads 12 --context 512 --batch 16 --held-out 262144", 60, 120, 2000),
            new Named("vision", Size.QUICK),
            plan("--channels 16 --batch 32 --held-out 256", 12, 3, 40),
            new Named("vision", Size.DEFAULT),
            plan("--channels 16 --batch 64 --held-out 1024", 24, 24, 100),
            new Named("vision", Size.GPU),
            plan("--channels 64 --batch 512", 60, 120, 1500),
            new Named("classify", Size.QUICK),
            plan("--width 32 --layers 2 --heads 2 --longest 128 --batch 8 --held-out 128", 12, 3, 60),
            new Named("classify", Size.DEFAULT),
            plan("--width 96 --layers 3 --heads 4 --longest 512 --batch 16 --held-out 256", 24, 24, 80),
            new Named("classify", Size.GPU),
            plan("--width 256 --layers 6 --heads 8 --longest 1024 --batch 64", 60, 120, 1000));

    private static BenchPlan plan(String options, int rounds, double seconds, long trainingSteps) {
        return new BenchPlan(List.of(options.split(" ")), rounds, seconds, trainingSteps);
    }

    /** @throws IllegalArgumentException where there is no workload of that name */
    static BenchPlan of(String workload, Size size) {
        BenchPlan plan = PLANS.get(new Named(workload.toLowerCase(Locale.ROOT), size));
        if (plan == null) {
            throw new IllegalArgumentException("a workload must be one of " + String.join(", ", NAMES) + ", got "
                    + workload + ": choose one of these");
        }
        boolean mails = new DataSetCatalog().get(ClassifyOptions.MAILS).found().isPresent();
        return workload.equalsIgnoreCase("classify") && !mails ? plan.with("--data", "wordnet") : plan;
    }

    BenchPlan within(double limit) {
        if (!(limit > 0 && Double.isFinite(limit))) {
            throw new IllegalArgumentException(
                    "step times must have more than 0 seconds, got " + limit + ": give for instance 10");
        }
        return new BenchPlan(options, rounds, limit, trainingSteps);
    }

    BenchPlan steps(long count) {
        if (count < 1) {
            throw new IllegalArgumentException(
                    "a training must have at least 1 step, got " + count + ": give for instance 50");
        }
        return new BenchPlan(options, rounds, seconds, count);
    }

    /** The same with that many examples in a batch. */
    BenchPlan withBatch(int batch) {
        List<String> all = new ArrayList<>(options);
        all.set(all.indexOf("--batch") + 1, Integer.toString(batch));
        return new BenchPlan(all, rounds, seconds, trainingSteps);
    }

    int batch() {
        return Integer.parseInt(options.get(options.indexOf("--batch") + 1));
    }

    private BenchPlan with(String... more) {
        List<String> all = new ArrayList<>(options);
        all.addAll(List.of(more));
        return new BenchPlan(all, rounds, seconds, trainingSteps);
    }

    /** The workload that {@code bench} would measure with these options. */
    Workload workload(String name) {
        WorkloadCommand command = CommandLine.populateCommand(
                switch (name.toLowerCase(Locale.ROOT)) {
                    case "language" -> new BenchLanguageCommand();
                    case "vision" -> new BenchVisionCommand();
                    default -> new BenchClassifyCommand();
                },
                options.toArray(String[]::new));
        try {
            return command.workload();
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }
}
