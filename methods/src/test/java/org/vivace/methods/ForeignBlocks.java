package org.vivace.methods;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.modality.nlp.Decoder;
import ai.djl.modality.nlp.Encoder;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.BlockList;
import ai.djl.nn.Parameter;
import ai.djl.nn.ParameterList;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.LayerNorm;
import ai.djl.nn.recurrent.GRU;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.Initializer;
import ai.djl.util.PairList;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/** Blocks as users write them, of the kinds that DJL allows and its own are not. */
final class ForeignBlocks {

    private ForeignBlocks() {}

    static Linear linear(int units) {
        return Linear.builder().setUnits(units).build();
    }

    /** Keeps its children in fields and a list of their own classes, and closes what it has no more use for. */
    static class InTypedFields extends AbstractBlock {

        private final Linear first = addChildBlock("first", linear(16));
        private final LayerNorm norm = addChildBlock("norm", LayerNorm.builder().build());
        private final List<Linear> more =
                new ArrayList<>(List.of(addChildBlock("a", linear(16)), addChildBlock("b", linear(16))));

        @Override
        protected NDList forwardInternal(
                ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
            NDList x = norm.forward(store, first.forward(store, inputs, training), training);
            for (Linear each : more) {
                try (NDList before = x) {
                    x = new NDList(Activation.relu(
                                    each.forward(store, before, training).head())
                            .add(before.head()));
                }
            }
            return x;
        }

        @Override
        protected void initializeChildBlocks(NDManager manager, DataType type, Shape... inputs) {
            first.initialize(manager, type, inputs);
            Shape hidden = getOutputShapes(inputs)[0];
            norm.initialize(manager, type, hidden);
            more.forEach(each -> each.initialize(manager, type, hidden));
        }

        @Override
        public Shape[] getOutputShapes(Shape[] inputs) {
            return new Shape[] {new Shape(inputs[0].get(0), 16)};
        }
    }

    /** Extends nothing of DJL's. */
    static final class Direct implements Block {

        private final Block inner =
                new SequentialBlock().add(linear(16)).add(Activation::tanh).add(linear(16));

        @Override
        public NDList forward(ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
            return inner.forward(store, inputs, training, params);
        }

        @Override
        public NDList forward(ParameterStore store, NDList data, NDList labels, PairList<String, Object> params) {
            return inner.forward(store, data, labels, params);
        }

        @Override
        public BlockList getChildren() {
            BlockList children = new BlockList();
            children.add("inner", inner);
            return children;
        }

        @Override
        public ParameterList getDirectParameters() {
            return new ParameterList();
        }

        @Override
        public ParameterList getParameters() {
            return inner.getParameters();
        }

        @Override
        public void setInitializer(Initializer initializer, Parameter.Type type) {
            inner.setInitializer(initializer, type);
        }

        @Override
        public void setInitializer(Initializer initializer, String name) {
            inner.setInitializer(initializer, name);
        }

        @Override
        public void setInitializer(Initializer initializer, Predicate<Parameter> which) {
            inner.setInitializer(initializer, which);
        }

        @Override
        public void initialize(NDManager manager, DataType type, Shape... inputs) {
            inner.initialize(manager, type, inputs);
        }

        @Override
        public boolean isInitialized() {
            return inner.isInitialized();
        }

        @Override
        public void cast(DataType type) {
            inner.cast(type);
        }

        @Override
        public void clear() {
            inner.clear();
        }

        @Override
        public PairList<String, Shape> describeInput() {
            return inner.describeInput();
        }

        @Override
        public Shape[] getOutputShapes(Shape[] inputs) {
            return inner.getOutputShapes(inputs);
        }

        @Override
        public Shape[] getInputShapes() {
            return inner.getInputShapes();
        }

        @Override
        public DataType[] getOutputDataTypes() {
            return inner.getOutputDataTypes();
        }

        @Override
        public void saveParameters(DataOutputStream out) throws IOException {
            inner.saveParameters(out);
        }

        @Override
        public void loadParameters(NDManager manager, DataInputStream in) throws IOException, MalformedModelException {
            inner.loadParameters(manager, in);
        }
    }

    /** Its hidden states are what DJL's EncoderDecoder asks for by a method that blocks have not. */
    static class Reader extends Encoder {

        private int asked;

        Reader() {
            super((byte) 1, gru(true));
        }

        int asked() {
            return asked;
        }

        @Override
        public NDList getStates(NDList outputs) {
            asked++;
            return outputs.subNDList(1);
        }
    }

    /** Begins from the states that come behind the labels. */
    static class Writer extends Decoder {

        Writer() {
            super((byte) 1, gru(false));
        }
    }

    static Block gru(boolean returnState) {
        return new GRU.Builder()
                .setStateSize(16)
                .setNumLayers(1)
                .optReturnState(returnState)
                .build();
    }

    /** The values of all trained parameters, in the model's order. */
    static double[] weights(Model model) {
        return model.getBlock().getParameters().values().stream()
                .filter(Parameter::requiresGradient)
                .flatMapToDouble(parameter -> {
                    float[] values = parameter.getArray().toFloatArray();
                    return IntStream.range(0, values.length).mapToDouble(i -> values[i]);
                })
                .toArray();
    }
}
