package com.acme;

import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;

/** A classifier of images that is as small as can be. */
public final class Net extends SequentialBlock {

    public Net() {
        add(Blocks.batchFlattenBlock());
        add(Linear.builder().setUnits(Parts.CLASSES).build());
    }
}
