package org.vivace.models;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.norm.BatchNorm;

/**
 * A 3×3 convolution that keeps height and width, batch norm, ReLU: (batch, any, height, width) to (batch, channels,
 * height, width). The convolution has no bias, since the norm would subtract it again.
 */
public final class ConvNormRelu extends SequentialBlock {

    public ConvNormRelu(int channels) {
        add(Conv2d.builder()
                .setFilters(channels)
                .setKernelShape(new Shape(3, 3))
                .optPadding(new Shape(1, 1))
                .optBias(false)
                .build());
        add(BatchNorm.builder().build());
        add(Activation.reluBlock());
    }
}
