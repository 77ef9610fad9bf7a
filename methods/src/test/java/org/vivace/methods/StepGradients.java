package org.vivace.methods;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.vivace.contract.SmallTraining;
import org.vivace.contract.Weights;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.NamedParameter;
import org.vivace.train.Run;
import org.vivace.train.RunSettings;
import org.vivace.train.Sample;

/**
 * What one step computes before its update.
 *
 * @param gradients by the parameters' paths
 * @param statistics all that is not trained, after the step, by path
 */
record StepGradients(float loss, Map<String, float[]> gradients, Map<String, float[]> statistics) {

    static StepGradients of(
            Supplier<Block> block, Function<NDManager, Sample> data, Loss loss, EfficiencyMethod... methods) {
        try (Model model = SmallTraining.model(block.get());
                Run run = Run.of(model, RunSettings.none().seed(5).steps(10), methods);
                Trainer trainer = model.newTrainer(SmallTraining.config(SmallTraining.sgd()))) {
            Map<String, float[]> gradients = new TreeMap<>();
            float value;
            try (NDManager batch = model.getNDManager().newSubManager()) {
                run.seedFor("data");
                Sample sample = data.apply(batch);
                run.seedFor("weights");
                trainer.initialize(sample.data().getShapes());
                value = run.step(sample, trainer::forward, loss, () -> {
                            for (NamedParameter named : run.parameters()) {
                                try (NDArray gradient = named.array().getGradient()) {
                                    gradients.put(named.path(), gradient.toFloatArray());
                                }
                            }
                        })
                        .getFloat();
            }
            Map<String, float[]> statistics = new TreeMap<>();
            model.getBlock().getParameters().forEach(pair -> {
                Parameter parameter = pair.getValue();
                if (!parameter.requiresGradient()) {
                    statistics.put(pair.getKey(), parameter.getArray().toFloatArray());
                }
            });
            return new StepGradients(value, gradients, statistics);
        }
    }

    /** The largest difference of a gradient's element, in units of that gradient's largest element. */
    double relativeDistance(StepGradients other) {
        if (!gradients.keySet().equals(other.gradients.keySet())) {
            throw new AssertionError(
                    "expected the parameters " + gradients.keySet() + ", got " + other.gradients.keySet());
        }
        double farthest = 0;
        for (Map.Entry<String, float[]> entry : gradients.entrySet()) {
            double largest = Weights.farthest(entry.getValue(), new float[entry.getValue().length]);
            double distance = Weights.farthest(entry.getValue(), other.gradients.get(entry.getKey()));
            farthest = Math.max(farthest, distance / Math.max(largest, Float.MIN_NORMAL));
        }
        return farthest;
    }

    /** The Euclidean norm of all differences together, in units of this one's norm. */
    double distance(StepGradients other) {
        double sum = 0;
        for (Map.Entry<String, float[]> entry : gradients.entrySet()) {
            sum += Math.pow(Weights.distance(entry.getValue(), other.gradients.get(entry.getKey())), 2);
        }
        return Math.sqrt(sum) / norm();
    }

    /** The Euclidean norm of all gradients together. */
    double norm() {
        double sum = 0;
        for (float[] values : gradients.values()) {
            for (float value : values) {
                sum += (double) value * value;
            }
        }
        return Math.sqrt(sum);
    }

    /** Labels that a loss of {@code predictions²} does not look at. */
    static Sample ofOne(NDArray data) {
        return new Sample(new NDList(data), new NDList(data.getManager().zeros(new Shape(1))));
    }
}
