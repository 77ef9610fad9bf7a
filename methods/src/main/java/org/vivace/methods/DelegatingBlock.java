package org.vivace.methods;

import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.util.PairList;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/** A block in the place of another for the length of a run: it computes in its own way, and leaves all else to that one. */
abstract class DelegatingBlock<B extends Block> extends AbstractBlock {

    final B plain;

    DelegatingBlock(B plain) {
        this.plain = plain;
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return plain.getOutputShapes(inputShapes);
    }

    @Override
    public void initialize(NDManager manager, DataType dataType, Shape... inputShapes) {
        plain.initialize(manager, dataType, inputShapes);
    }

    @Override
    public boolean isInitialized() {
        return plain.isInitialized();
    }

    @Override
    public PairList<String, Shape> describeInput() {
        return plain.describeInput();
    }

    @Override
    public void saveParameters(DataOutputStream out) throws IOException {
        plain.saveParameters(out);
    }

    @Override
    public void loadParameters(NDManager manager, DataInputStream in) throws IOException, MalformedModelException {
        plain.loadParameters(manager, in);
    }
}
