package org.vivace.estimate;

import ai.djl.ndarray.NDList;
import ai.djl.nn.Block;
import org.vivace.train.ForwardCall;

/**
 * A requested forward pass of a block of a model.
 *
 * @param path of the block, empty for the root
 * @param inputs those of the call, or replacements
 */
record ForwardPass(String path, Block block, ForwardCall call, NDList inputs) {

    /** The block's class and path, for messages. */
    String name() {
        String type = block.getClass().getSimpleName();
        String name = type.isEmpty() ? "a block" : type;
        return path.isEmpty() ? name : name + " at " + path;
    }
}
