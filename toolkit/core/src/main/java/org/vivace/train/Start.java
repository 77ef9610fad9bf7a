package org.vivace.train;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.TrainingConfig;
import ai.djl.training.initializer.Initializer;
import ai.djl.training.listener.TrainingListener;
import ai.djl.util.Pair;
import java.util.function.Predicate;

/** What has to be ready before a {@link EfficientTrainer}'s superclass constructor runs. */
record Start(Run run, TrainingConfig config, HookedLoss loss, RunDevices devices) {

    static Start of(Model model, TrainingConfig config, RunSettings settings, Recipe recipe, Progress progress) {
        if (config.getLossFunction() == null) {
            throw new IllegalArgumentException("expected a training config with a loss, got one without");
        }
        RunDevices devices = RunDevices.of(model.getNDManager().getDevice(), config.getDevices());
        if (devices.count() > 1) {
            requireOneThread(config);
        }
        RunSettings complete = settings.optimizer().isPresent() ? settings : settings.optimizer(config.getOptimizer());
        Run run = Run.of(model, complete, recipe, progress);
        try {
            if (devices.count() > 1) {
                requireBlocks(model.getBlock());
                run.note("each batch is split between " + devices.all());
            }
            prepare(run, config);
        } catch (RuntimeException e) {
            run.close();
            throw e;
        }
        HookedLoss loss = new HookedLoss(config.getLossFunction());
        return new Start(
                run, withLoss(config, loss, !run.calls().changingLabels().isEmpty()), loss, devices);
    }

    private static void requireOneThread(TrainingConfig config) {
        if (config.getExecutorService() != null) {
            throw new IllegalArgumentException("expected no executor service with several devices, which one thread"
                    + " keeps busy, got one: leave out optExecutorService");
        }
    }

    /** A TorchScript module has its weights on one device, and takes none from a trainer. */
    private static void requireBlocks(Block block) {
        if (AttachedHooks.hasTorchScript(block)) {
            throw new IllegalArgumentException("expected a model of DJL's blocks to train on several devices, got one"
                    + " with a TorchScript module, whose weights stay on one: name the model's device only");
        }
    }

    /** DJL's own trainer gets the first alone, which has all that it updates. */
    private static Device[] own(TrainingConfig config) {
        return new Device[] {config.getDevices()[0]};
    }

    /**
     * Makes any implementation of {@link Model} do what it does when it creates a trainer: set the initializers and, if
     * it was loaded, unfreeze the parameters. The trainer itself is not used.
     */
    private static void prepare(Run run, TrainingConfig config) {
        DefaultTrainingConfig quiet = new DefaultTrainingConfig(config.getLossFunction())
                .optDevices(own(config))
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
                .optDevices(own(config))
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
