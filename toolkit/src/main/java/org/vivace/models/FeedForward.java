package org.vivace.models;

import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.Dropout;

/**
 * The position-wise network of a {@link DecoderLayer}, (batch, time, width) to the same shape; its children are
 * {@link Linear} to 4 · width, exact GELU, {@link Linear} back, {@link Dropout}.
 */
public final class FeedForward extends SequentialBlock {

    public FeedForward(Gpt.Settings settings) {
        add(linear(4L * settings.width(), 1));
        add(Activation.geluBlock());
        add(linear(settings.width(), 1 / Math.sqrt(2.0 * settings.layers())));
        add(Dropout.builder().optRate((float) settings.dropout()).build());
    }

    private static Block linear(long units, double scale) {
        Linear linear = Linear.builder().setUnits(units).build();
        linear.setInitializer(Gpt.normal(scale), Parameter.Type.WEIGHT);
        return linear;
    }
}
