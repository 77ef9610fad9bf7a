package org.vivace.profile;

import ai.djl.Model;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.Dataset;
import ai.djl.translate.TranslateException;
import ai.djl.translate.Translator;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.vivace.measure.Calibration;
import org.vivace.measure.Progress;
import org.vivace.train.EfficiencyMethod;

/**
 * Finds out where a training step's time and memory go, on any trainer, its model and the user's own data:
 *
 * <pre>{@code
 * Profile profile = Profiler.of(trainer).steps(20).run(dataset);
 * }</pre>
 *
 * <p>It makes real steps, as {@code EasyTrain} makes them, with the trainer's own listeners, methods and optimizer, so
 * the model is trained by them: three to warm up; twice the requested number, every other one split into its parts, so
 * that the cost of splitting is known; some with each block timed, forward and then backward; and ten for memory.
 * Afterwards the model and the trainer are as after any other steps, also where one has thrown.
 */
public final class Profiler {

    private static final int STEPS = 20;

    private final Trainer trainer;
    private final int steps;
    private final Consumer<Progress> onProgress;
    private final Optional<BottleneckAnalysis> judge;

    private Profiler(Trainer trainer, int steps, Consumer<Progress> onProgress, Optional<BottleneckAnalysis> judge) {
        this.trainer = trainer;
        this.steps = steps;
        this.onProgress = onProgress;
        this.judge = judge;
    }

    /** @param trainer initialized, on one device */
    public static Profiler of(Trainer trainer) {
        return new Profiler(trainer, STEPS, progress -> {}, Optional.empty());
    }

    /**
     * The same question of predictions.
     *
     * @param model with weights
     * @param translator as the application has it
     */
    public static <I, O> InferenceProfiler<I, O> inference(Model model, Translator<I, O> translator) {
        return InferenceProfiler.of(model, translator);
    }

    /** @param value how many steps to split, at least 1; 20 by default */
    public Profiler steps(int value) {
        if (value < 1) {
            throw new IllegalArgumentException("steps must be at least 1, got " + value + ": 20 are enough mostly");
        }
        return new Profiler(trainer, value, onProgress, judge);
    }

    /** Called before each step. */
    public Profiler reportingTo(Consumer<Progress> listener) {
        return new Profiler(trainer, steps, listener, judge);
    }

    /**
     * Asks for a verdict too: what the steps are bound by, and which methods would help. Two more steps are made, whose
     * operators are written down.
     *
     * @param machine what it can do at best; see {@link Calibration#kept}
     * @param catalogue the methods that may be named as remedies
     */
    public Profiler withVerdict(Calibration machine, List<EfficiencyMethod> catalogue) {
        return new Profiler(
                trainer, steps, onProgress, Optional.of(new BottleneckAnalysis(machine, List.copyOf(catalogue))));
    }

    /**
     * Makes the steps on the calling thread.
     *
     * @param dataset gone through as often as it takes
     * @throws IllegalStateException where the model has no weights, a gradient collector is open, or another profile is
     *     under way
     * @throws IllegalArgumentException where the trainer has several devices or the data set is empty
     * @throws StepFailedException where a step throws
     */
    public Profile run(Dataset dataset) throws IOException, TranslateException {
        try (Ready ready = Ready.of(trainer)) {
            MemoryPass.Source memory = MemoryPass.Source.of(trainer.getDevices()[0]);
            ProfiledSteps profiled = new ProfiledSteps(trainer, dataset, steps, onProgress, memory);
            return judge.isPresent() ? profiled.withVerdict(judge.get()) : profiled.profile();
        }
    }
}
