package org.vivace.models;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.nn.core.Embedding;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

/**
 * A learned vector for each id: ids (batch, time), INT64 or INT32 in 0..vocabulary-1, to (batch, time, width).
 *
 * <p>An id outside the vocabulary throws an {@link IllegalArgumentException} on the CPU; on a GPU libtorch asserts on
 * the device, and the process cannot continue.
 */
public final class TokenEmbedding extends AbstractBlock {

    private final int vocabulary;
    private final int width;
    private final Parameter weight;

    public TokenEmbedding(int vocabulary, int width) {
        this.vocabulary = vocabulary;
        this.width = width;
        weight = addParameter(Gpt.table(vocabulary, width));
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
        NDArray ids = inputs.singletonOrThrow();
        requireIds(ids);
        NDArray table = store.getValue(weight, ids.getDevice(), training);
        try {
            return Embedding.embedding(ids, table, SparseFormat.DENSE);
        } catch (EngineException e) {
            if (String.valueOf(e.getMessage()).contains("index out of range")) {
                throw new IllegalArgumentException(
                        "ids must be from 0 to %d (the model's vocabulary), found one outside: check the tokeniser"
                                .formatted(vocabulary - 1),
                        e);
            }
            throw e;
        }
    }

    private static void requireIds(NDArray ids) {
        DataType type = ids.getDataType();
        if (type != DataType.INT64 && type != DataType.INT32) {
            throw new IllegalArgumentException(
                    "ids must be INT64 or INT32, got %s: convert them with toType".formatted(type));
        }
        requireRank(ids.getShape());
    }

    private static void requireRank(Shape shape) {
        if (shape.dimension() != 2) {
            throw new IllegalArgumentException(
                    "ids must have shape (batch, time), got %s: reshape them".formatted(shape));
        }
    }

    @Override
    protected void beforeInitialize(Shape... inputShapes) {
        super.beforeInitialize(inputShapes);
        requireRank(inputShapes[0]);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return new Shape[] {inputShapes[0].add(width)};
    }
}
