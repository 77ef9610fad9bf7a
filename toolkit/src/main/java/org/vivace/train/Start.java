package org.vivace.train;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.nn.Parameter;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.TrainingConfig;
import ai.djl.training.initializer.Initializer;
import ai.djl.training.listener.TrainingListener;
import ai.djl.util.Pair;
import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.function.DoubleSupplier;
import java.util.function.Predicate;

/** What has to be ready before a {@link EfficientTrainer}'s superclass constructor runs. */
record Start(Run run, TrainingConfig config, HookedLoss loss) {

    static Start of(Model model, TrainingConfig config, RunSettings settings, Recipe recipe, DoubleSupplier progress) {
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
        initializers(model, config);
        HookedLoss loss = new HookedLoss(config.getLossFunction());
        return new Start(
                run, withLoss(config, loss, !run.calls().changingLabels().isEmpty()), loss);
    }

    /** What {@code Model.newTrainer} does before it makes a trainer. */
    private static void initializers(Model model, TrainingConfig config) {
        if (wasLoaded(model)) {
            model.getBlock()
                    .freezeParameters(
                            false,
                            parameter -> parameter.getType() != Parameter.Type.RUNNING_MEAN
                                    && parameter.getType() != Parameter.Type.RUNNING_VAR);
        }
        for (Pair<Initializer, Predicate<Parameter>> pair : config.getInitializers()) {
            if (pair.getKey() != null && pair.getValue() != null) {
                model.getBlock().setInitializer(pair.getKey(), pair.getValue());
            }
        }
    }

    private static boolean wasLoaded(Model model) {
        for (Class<?> type = model.getClass(); type != null; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (field.getName().equals("wasLoaded")) {
                    try {
                        field.setAccessible(true);
                        return field.getBoolean(model);
                    } catch (IllegalAccessException e) {
                        throw new IllegalStateException("could not read " + field, e);
                    }
                }
            }
        }
        return false;
    }

    /** DJL's listeners find the loss among the evaluators by identity, so it has to go in through a config. */
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
