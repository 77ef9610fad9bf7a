package org.vivace.estimate;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import java.util.ArrayList;
import java.util.List;
import org.vivace.trace.OperatorKind;
import org.vivace.trace.Operators;

/** A block's estimate beside what libtorch was seen to do; the loss is the sum of the first output. */
record Compared(Estimate estimate, List<Shape> outputs, double flops) {

    static final class Sum extends Loss {

        Sum() {
            super("sum");
        }

        @Override
        public NDArray evaluate(NDList labels, NDList predictions) {
            return predictions.head().sum();
        }
    }

    static Estimate step(Block block, ArraySpec... inputs) {
        return Estimator.of(block, inputs)
                .training(new Sum(), Optimizer.adam().build(), ArraySpec.float32(1))
                .step();
    }

    /** Estimated first, on the same block, so that what an estimate leaves behind would be seen. */
    static Compared of(Block block, ArraySpec... inputs) {
        Estimate estimate = step(block, inputs);
        List<Shape> shapes = new ArrayList<>();
        try (Model model = Model.newInstance("compared", Device.cpu(), "PyTorch")) {
            model.setBlock(block);
            DefaultTrainingConfig config = new DefaultTrainingConfig(new Sum()).optDevices(new Device[] {Device.cpu()});
            try (Trainer trainer = model.newTrainer(config);
                    NDManager batch = trainer.getManager().newSubManager()) {
                NDList data = new NDList();
                Shape[] asked = new Shape[inputs.length];
                for (int i = 0; i < inputs.length; i++) {
                    asked[i] = inputs[i].shape();
                    data.add(
                            inputs[i].type() == DataType.INT64
                                    ? batch.zeros(asked[i], DataType.INT64)
                                    : batch.randomUniform(0.1f, 1, asked[i]));
                }
                trainer.initialize(asked);
                NDList labels = new NDList(batch.zeros(new Shape(1)));
                Operators operators = Operators.record(() -> {
                    try (GradientCollector collector = trainer.newGradientCollector()) {
                        NDList predictions = trainer.forward(data, labels);
                        predictions.forEach(output -> shapes.add(output.getShape()));
                        collector.backward(trainer.getLoss().evaluate(labels, predictions));
                    }
                });
                double flops = (double) operators.flops(OperatorKind.MATRIX_PRODUCT)
                        + operators.flops(OperatorKind.CONVOLUTION)
                        + operators.flops(OperatorKind.ATTENTION);
                return new Compared(estimate, shapes, flops);
            }
        }
    }
}
