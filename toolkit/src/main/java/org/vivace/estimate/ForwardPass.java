package org.vivace.estimate;

import ai.djl.ndarray.NDList;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;

/**
 * A forward pass that a block of a model is asked for.
 *
 * @param path of the block, empty for the root
 * @param labels null where the block is given none
 */
record ForwardPass(String path, Block block, Body body, ParameterStore store, NDList inputs, NDList labels) {

    /** The block's own code. */
    @FunctionalInterface
    interface Body {
        NDList run(ParameterStore store, NDList inputs, NDList labels);
    }

    NDList run() {
        return body.run(store, inputs, labels);
    }
}
