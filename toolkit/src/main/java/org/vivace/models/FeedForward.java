package org.vivace.models;

import ai.djl.nn.Activation;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.Dropout;

/**
 * The position-wise network of a {@link DecoderLayer}, (batch, time, width) to the same shape; its children are
 * {@link Linear} to 4 · width, exact GELU, {@link Linear} back, {@link Dropout}.
 */
public final class FeedForward extends SequentialBlock {

    public FeedForward(Gpt.Settings settings) {
        add(Gpt.linear(4L * settings.width(), 1));
        add(Activation.geluBlock());
        add(Gpt.linear(settings.width(), settings.residualScale()));
        add(Dropout.builder().optRate((float) settings.dropout()).build());
    }
}
