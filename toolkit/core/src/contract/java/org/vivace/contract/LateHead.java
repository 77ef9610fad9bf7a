package org.vivace.contract;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

/** Two linear heads over one layer, whose outputs add up once the second is in use. */
final class LateHead extends AbstractBlock {

    /** The step from which the second head takes part. */
    static final int JOINS = 2;

    /** The current step of a loop. */
    private static final ThreadLocal<Integer> STEP = ThreadLocal.withInitial(() -> 0);

    private final Block trunk = addChildBlock("trunk", SmallModel.linear(16));
    private final Block early = addChildBlock("early", SmallModel.linear(SmallModel.CLASSES));
    private final Block late = addChildBlock("late", SmallModel.linear(SmallModel.CLASSES));

    static void at(int step) {
        STEP.set(step);
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
        NDList hidden = children.get(0).getValue().forward(store, inputs, training);
        NDArray logits =
                children.get(1).getValue().forward(store, hidden, training).head();
        if (STEP.get() < JOINS) {
            return new NDList(logits);
        }
        return new NDList(logits.add(
                children.get(2).getValue().forward(store, hidden, training).head()));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputs) {
        return early.getOutputShapes(trunk.getOutputShapes(inputs));
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... inputs) {
        trunk.initialize(manager, type, inputs);
        Shape[] hidden = trunk.getOutputShapes(inputs);
        early.initialize(manager, type, hidden);
        late.initialize(manager, type, hidden);
    }
}
