package org.vivace.methods;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.ParameterStore;
import ai.djl.training.Trainer;
import ai.djl.training.initializer.Initializer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.util.PairList;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.Hooks;
import org.vivace.train.Run;
import org.vivace.train.RunSettings;
import org.vivace.train.Sample;

/**
 * A run of a model whose parameters, ones at first, get the gradients that a test names: its loss is the sum of the
 * parameters' products with as many inputs. Parameters beyond the inputs given are not reached.
 */
final class GivenGradients implements AutoCloseable {

    final Model model = Model.newInstance("given gradients", Device.cpu(), "PyTorch");
    final Products block;
    final Run run;
    private final Trainer trainer;

    GivenGradients(Optimizer optimizer, Products block, EfficiencyMethod... methods) {
        this.block = block;
        model.setBlock(block);
        run = Run.of(model, RunSettings.none().optimizer(optimizer), methods);
        trainer = model.newTrainer(
                new DefaultTrainingConfig(new Total()).optOptimizer(optimizer).optDevices(new Device[] {Device.cpu()}));
        trainer.initialize(new Shape(1));
    }

    /** One step in which each of the first parameters gets the gradient at its place. */
    GivenGradients step(float[]... gradients) {
        return step(batch -> {
            NDList inputs = new NDList();
            for (int i = 0; i < gradients.length; i++) {
                inputs.add(batch.create(gradients[i], shape(i)));
            }
            return inputs;
        });
    }

    /** One step of zeros for the first parameter, which never were on the Java heap. */
    GivenGradients stepOnZeros() {
        return step(batch -> new NDList(batch.zeros(shape(0))));
    }

    private GivenGradients step(Function<NDManager, NDList> gradients) {
        try (NDManager batch = trainer.getManager().newSubManager()) {
            Sample sample = new Sample(gradients.apply(batch), new NDList());
            run.step(sample, trainer::forward, trainer.getLoss(), trainer::step);
        }
        return this;
    }

    private Shape shape(int parameter) {
        return block.parameter(parameter).getArray().getShape();
    }

    float[] weights(int parameter) {
        return block.parameter(parameter).getArray().toFloatArray();
    }

    Hooks hooks() {
        return run.hooks().get(0);
    }

    @Override
    public void close() {
        run.close();
        trainer.close();
        model.close();
    }

    static float[] of(double... values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }

    static final class Products extends AbstractBlock {

        private final List<Parameter> parameters = new ArrayList<>();

        /** Adds a parameter of ones. */
        Products with(Parameter.Type type, long... shape) {
            parameters.add(addParameter(Parameter.builder()
                    .setName("p" + parameters.size())
                    .setType(type)
                    .optShape(new Shape(shape))
                    .optInitializer(Initializer.ONES)
                    .build()));
            return this;
        }

        /** Adds one weight of shape {@code (size)}. */
        Products withWeight(long size) {
            return with(Parameter.Type.WEIGHT, size);
        }

        Parameter parameter(int index) {
            return parameters.get(index);
        }

        @Override
        protected NDList forwardInternal(
                ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
            NDList products = new NDList();
            for (int i = 0; i < inputs.size(); i++) {
                NDArray weight = store.getValue(parameters.get(i), inputs.get(i).getDevice(), training);
                products.add(inputs.get(i).mul(weight).sum());
            }
            NDArray sum = products.get(0);
            for (NDArray product : products.subNDList(1)) {
                sum = sum.add(product);
            }
            return new NDList(sum);
        }

        @Override
        public Shape[] getOutputShapes(Shape[] inputShapes) {
            return new Shape[] {new Shape()};
        }
    }

    private static final class Total extends Loss {

        Total() {
            super("Total");
        }

        @Override
        public NDArray evaluate(NDList labels, NDList predictions) {
            return predictions.singletonOrThrow();
        }
    }
}
