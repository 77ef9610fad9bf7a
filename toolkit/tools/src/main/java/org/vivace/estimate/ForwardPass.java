package org.vivace.estimate;

import ai.djl.ndarray.NDList;
import ai.djl.nn.Block;
import org.vivace.train.ForwardCall;

/**
 * A forward pass that a block of a model is asked for.
 *
 * @param path of the block, empty for the root
 * @param inputs the call's, or others in their place
 */
record ForwardPass(String path, Block block, ForwardCall call, NDList inputs) {

    /** The block's class and where it is, for messages. */
    String name() {
        String type = block.getClass().getSimpleName();
        String name = type.isEmpty() ? "a block" : type;
        return path.isEmpty() ? name : name + " at " + path;
    }
}
