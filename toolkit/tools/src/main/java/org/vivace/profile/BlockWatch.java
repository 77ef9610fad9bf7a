package org.vivace.profile;

import ai.djl.ndarray.NDList;

/** Something that stands around the forward pass of each block; blocks go by their number in {@link WatchedBlocks}. */
interface BlockWatch {

    /** @return the inputs that the block is to get */
    default NDList enter(int block, NDList inputs) {
        return inputs;
    }

    /**
     * @param inputs as the block got them
     * @return the outputs that the caller is to get
     */
    NDList leave(int block, NDList inputs, NDList outputs);

    /** In place of {@link #leave}, where the block has thrown. */
    default void fail(int block) {}
}
