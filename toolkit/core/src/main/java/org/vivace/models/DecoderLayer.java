package org.vivace.models;

import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.norm.LayerNorm;

/**
 * One layer of {@link Gpt}, (batch, time, width) to the same shape: two {@link Residual} children,
 * {@code x + attention(norm(x))}, then {@code x + feedForward(norm(x))}.
 *
 * <p>The norms run over the last axis only, with epsilon 1e-5.
 */
public final class DecoderLayer extends SequentialBlock {

    public DecoderLayer(Gpt.Settings settings) {
        add(new Residual(norm(), new CausalSelfAttention(settings)));
        add(new Residual(norm(), new FeedForward(settings)));
    }

    private static Block norm() {
        return LayerNorm.builder().axis(2).build();
    }
}
