package org.vivace.bench;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import java.util.List;
import org.vivace.torch.Arithmetic;
import org.vivace.torch.GradMode;
import org.vivace.torch.Seeds;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.EfficientTrainer;
import org.vivace.train.RunSettings;

/** The real thing that an estimate is checked on: the subject's model with weights, on random inputs. */
final class EstimateTrial implements AutoCloseable {

    private static final long SEED = 11;

    private final EstimateSubject subject;
    private final boolean inference;
    private final Model model;
    private final Trainer trainer;

    /** @param inference whether a pass is a forward pass that is not recorded, and not a training step */
    EstimateTrial(EstimateSubject subject, Device device, List<EfficiencyMethod> methods, boolean inference) {
        this.subject = subject;
        this.inference = inference;
        model = Model.newInstance(subject.name(), device, "PyTorch");
        try {
            model.setBlock(subject.block().get());
            DefaultTrainingConfig config = new DefaultTrainingConfig(
                            subject.loss().get())
                    .optDevices(new Device[] {device})
                    .optOptimizer(subject.optimizer().get());
            trainer = methods.isEmpty()
                    ? model.newTrainer(config)
                    : new EfficientTrainer(model, config, RunSettings.none(), methods.toArray(EfficiencyMethod[]::new));
            Seeds.set(SEED);
            trainer.initialize(subject.inputShapes());
            if (!device.isGpu()) {
                Arithmetic.requireRight(model.getBlock(), EfficientTrainer.precisions(trainer));
            }
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }

    Model model() {
        return model;
    }

    /** One training step, or one forward pass; its time in seconds, the batch's making not counted. */
    double pass() {
        try (NDManager batch = trainer.getManager().newSubManager()) {
            NDList data = random(batch, subject.batch().inputs());
            NDList labels = random(batch, subject.batch().labels());
            long begin = System.nanoTime();
            if (inference) {
                infer(data);
            } else {
                step(data, labels);
            }
            return (System.nanoTime() - begin) / 1e9;
        }
    }

    /** By the trainer, so that what methods do to a prediction is done. */
    private void infer(NDList data) {
        try (GradMode off = GradMode.off()) {
            NDArray first = trainer.evaluate(data).head();
            first.flatten().get(0).getFloat();
        }
    }

    private void step(NDList data, NDList labels) {
        NDArray loss;
        try (GradientCollector collector = trainer.newGradientCollector()) {
            loss = trainer.getLoss().evaluate(labels, trainer.forward(data, labels));
            collector.backward(loss);
        }
        trainer.step();
        loss.getFloat();
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
        trainer.close();
        model.close();
    }
}
