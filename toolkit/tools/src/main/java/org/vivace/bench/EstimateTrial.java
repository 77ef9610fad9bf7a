package org.vivace.bench;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Optional;
import org.vivace.torch.GradMode;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.Recipe;
import org.vivace.train.RunSettings;

/** The subject's model with weights, run on random inputs to check an estimate. */
final class EstimateTrial implements AutoCloseable {

    private static final long SEED = 11;

    private final EstimateSubject subject;
    private final boolean inference;
    private final StepDriver driver;

    /** @param inference whether a pass is a forward pass without gradients instead of a training step */
    EstimateTrial(EstimateSubject subject, Device device, List<EfficiencyMethod> methods, boolean inference) {
        this.subject = subject;
        this.inference = inference;
        driver = new StepDriver(
                subject.name(),
                device,
                subject.block().get(),
                subject.inputShapes(),
                subject.loss().get(),
                subject.optimizer().get(),
                methods.isEmpty() ? Optional.empty() : Optional.of(Recipe.of(methods)),
                RunSettings.none(),
                SEED);
    }

    /** One training step, or one forward pass; returns its time in seconds without making the batch. */
    double pass() {
        try (NDManager batch = driver.trainer().getManager().newSubManager()) {
            NDList data = random(batch, subject.batch().inputs());
            NDList labels = random(batch, subject.batch().labels());
            long begin = System.nanoTime();
            if (inference) {
                infer(data);
            } else {
                driver.step(data, labels);
            }
            return (System.nanoTime() - begin) / 1e9;
        }
    }

    /** Through the trainer, so that methods act on the prediction. */
    private void infer(NDList data) {
        try (GradMode off = GradMode.off()) {
            NDArray first = driver.trainer().evaluate(data).head();
            first.flatten().get(0).getFloat();
        }
    }

    private static NDList random(NDManager manager, List<BatchShape.Of> arrays) {
        NDList all = new NDList();
        for (BatchShape.Of array : arrays) {
            Shape shape = array.spec().shape();
            DataType type = array.spec().type();
            all.add(
                    type.isInteger()
                            ? manager.randomInteger(0, array.below(), shape, DataType.INT64)
                                    .toType(type, false)
                            : manager.randomNormal(shape).toType(type, false));
        }
        return all;
    }

    @Override
    public void close() {
        driver.close();
    }
}
