package org.vivace.train;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.nn.Parameter;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.TrainingConfig;
import ai.djl.training.initializer.Initializer;
import ai.djl.training.listener.TrainingListener;
import ai.djl.util.Pair;
import java.util.Arrays;
import java.util.function.Predicate;

/** What has to be ready before a {@link EfficientTrainer}'s superclass constructor runs. */
record Start(Run run, TrainingConfig config, HookedLoss loss) {

    static Start of(Model model, TrainingConfig config, RunSettings settings, Recipe recipe, Progress progress) {
        if (config.getLossFunction() == null) {
            throw new IllegalArgumentException("expected a training config with a loss, got one without");
        }
        Device[] devices = config.getDevices();
        Device device = model.getNDManager().getDevice();
        if (devices.length != 1 || !devices[0].equals(device)) {
            throw new IllegalArgumentException("expected the config to name one device, the model's " + device
                    + ", got " + Arrays.toString(devices) + ": call optDevices on the config");
        }
        RunSettings complete = settings.optimizer().isPresent() ? settings : settings.optimizer(config.getOptimizer());
        Run run = Run.of(model, complete, recipe, progress);
        try {
            prepare(run, config);
        } catch (RuntimeException e) {
            run.close();
            throw e;
        }
        HookedLoss loss = new HookedLoss(config.getLossFunction());
        return new Start(
                run, withLoss(config, loss, !run.calls().changingLabels().isEmpty()), loss);
    }

    /**
     * Makes any implementation of {@link Model} do what it does when it creates a trainer: set the initializers and, if
     * it was loaded, unfreeze the parameters. The trainer itself is not used.
     */
    private static void prepare(Run run, TrainingConfig config) {
        DefaultTrainingConfig quiet = new DefaultTrainingConfig(config.getLossFunction())
                .optDevices(config.getDevices())
                .optOptimizer(config.getOptimizer());
        for (Pair<Initializer, Predicate<Parameter>> pair : config.getInitializers()) {
            quiet.optInitializer(pair.getKey(), pair.getValue());
        }
        long frozen = frozen(run);
        run.model().newTrainer(quiet).close();
        long unfrozen = frozen - frozen(run);
        if (unfrozen > 0) {
            run.note(unfrozen + " frozen parameters of the loaded model were unfrozen, as DJL does when it creates a"
                    + " trainer: freeze them after the trainer is created");
        }
    }

    private static long frozen(Run run) {
        return run.trained().every().stream()
                .filter(named -> !named.parameter().requiresGradient())
                .count();
    }

    /** DJL's listeners find the loss among the evaluators by identity, so it has to be set in a config. */
    private static TrainingConfig withLoss(TrainingConfig config, HookedLoss loss, boolean labelsChange) {
        DefaultTrainingConfig copy = new DefaultTrainingConfig(loss)
                .optDevices(config.getDevices())
                .optOptimizer(config.getOptimizer())
                .addTrainingListeners(config.getTrainingListeners().toArray(TrainingListener[]::new));
        if (config.getExecutorService() != null) {
            copy.optExecutorService(config.getExecutorService());
        }
        config.getEvaluators().stream()
                .map(evaluator -> labelsChange ? loss.around(evaluator) : evaluator)
                .forEach(copy::addEvaluator);
        return copy;
    }
}
