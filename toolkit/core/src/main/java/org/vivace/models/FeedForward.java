package org.vivace.models;

import ai.djl.nn.Activation;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.Dropout;

/**
 * The position-wise network of a {@link DecoderLayer} or {@link EncoderLayer}, (batch, time, width) to the same shape; its children are
 * {@link Linear} to 4 · width, exact GELU, {@link Linear} back, {@link Dropout}.
 */
public final class FeedForward extends SequentialBlock {

    public FeedForward(Gpt.Settings settings) {
        this(settings.width(), settings.layers(), settings.dropout());
    }

    FeedForward(int width, int layers, double dropout) {
        add(Gpt.linear(4L * width, 1));
        add(Activation.geluBlock());
        add(Gpt.linear(width, Gpt.residualScale(layers)));
        add(Dropout.builder().optRate((float) dropout).build());
    }
}
