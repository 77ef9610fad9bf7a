package org.vivace.bench;

import ai.djl.Device;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.util.List;
import java.util.function.Supplier;
import org.vivace.estimate.ArraySpec;
import org.vivace.estimate.Estimator;
import org.vivace.models.Gpt;
import org.vivace.models.ResNet9;
import org.vivace.models.TokenLoss;
import org.vivace.train.EfficiencyMethod;

/**
 * A model, the shape of its batches and how it is trained: the subject of an estimate and of its check.
 *
 * @param block makes the model, without weights
 */
record EstimateSubject(
        String name,
        Supplier<? extends Block> block,
        BatchShape batch,
        Supplier<? extends Loss> loss,
        Supplier<? extends Optimizer> optimizer) {

    private static final int CLASSES = 10;
    private static final int BYTES = 256;

    /** At the workload's learning rate; reads the first batches of its training data. */
    static EstimateSubject of(Workload workload) {
        return new EstimateSubject(
                workload.name(),
                workload::newBlock,
                BatchShape.of(workload),
                workload::loss,
                () -> workload.optimizer(Tracker.fixed((float) workload.learningRate())));
    }

    /** ResNet-9 of four channels. */
    static EstimateSubject smallImages() {
        return small(
                () -> new ResNet9(new ResNet9.Settings(4, CLASSES, 3)),
                new BatchShape(
                        List.of(new BatchShape.Of(ArraySpec.float32(2, 3, 16, 16), 1)),
                        List.of(new BatchShape.Of(ArraySpec.int64(2), CLASSES))));
    }

    /** A decoder of one layer. */
    static EstimateSubject smallText() {
        BatchShape.Of ids = new BatchShape.Of(ArraySpec.int64(2, 16), BYTES);
        return small(
                () -> new Gpt(new Gpt.Settings(BYTES, 16, 1, 2, 16, 0)), new BatchShape(List.of(ids), List.of(ids)));
    }

    private static EstimateSubject small(Supplier<Block> block, BatchShape batch) {
        return new EstimateSubject(
                "small", block, batch, TokenLoss::new, () -> Optimizer.adam().build());
    }

    /** The same, updated by another optimizer, which methods may need. */
    EstimateSubject withOptimizer(Supplier<? extends Optimizer> other) {
        return new EstimateSubject(name, block, batch, loss, other);
    }

    Shape[] inputShapes() {
        return batch.inputs().stream().map(each -> each.spec().shape()).toArray(Shape[]::new);
    }

    Estimator estimator(List<EfficiencyMethod> methods, Device device) {
        return Estimator.of(block.get(), specs(batch.inputs()))
                .training(loss.get(), optimizer.get(), specs(batch.labels()))
                .on(device)
                .methods(methods);
    }

    private static ArraySpec[] specs(List<BatchShape.Of> arrays) {
        return arrays.stream().map(BatchShape.Of::spec).toArray(ArraySpec[]::new);
    }
}
