package org.vivace.torch;

import static org.vivace.torch.NDArrayOperations.longs;
import static org.vivace.torch.NDArrayOperations.of;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.Activation;
import ai.djl.nn.core.Embedding;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.LayerNorm;
import ai.djl.nn.pooling.Pool;
import ai.djl.training.ParameterStore;
import ai.djl.training.loss.Loss;
import java.util.List;

/** DJL's activations, layers and losses on an array. */
final class LayerOperations {

    private LayerOperations() {}

    static List<NDArrayOperations> all() {
        return List.of(
                of("relu", Activation::relu),
                of("sigmoid", Activation::sigmoid),
                of("softPlus", Activation::softPlus),
                of("softSign", Activation::softSign),
                of("leakyRelu", x -> Activation.leakyRelu(x.sub(0.5), 0.1f)),
                of("elu", x -> Activation.elu(x.sub(0.5), 0.5f)),
                of("selu", x -> Activation.selu(x.sub(0.5))),
                of("gelu", Activation::gelu),
                of("swish", x -> Activation.swish(x, 2)),
                of("mish", Activation::mish),
                of("relu6", Activation::relu6),
                of(
                        "layerNorm",
                        x -> LayerNorm.layerNorm(x, new Shape(4), ones(x), ones(x), 1e-5f)
                                .head()),
                of(
                        "batchNorm",
                        x -> BatchNorm.batchNorm(x, ones(x), ones(x), ones(x), ones(x), 1)
                                .head()),
                of(
                        "embedding",
                        x -> Embedding.embedding(longs(x, 2, 0), x, SparseFormat.DENSE)
                                .head()),
                of(
                        "maxPool",
                        x -> Pool.maxPool2dBlock(new Shape(2, 2), new Shape(2, 2))
                                .forward(store(x), new NDList(image(x)), true)
                                .head()),
                of(
                        "avgPool",
                        x -> Pool.avgPool2dBlock(new Shape(2, 2), new Shape(2, 2))
                                .forward(store(x), new NDList(image(x)), true)
                                .head()),
                of(
                        "lpPool",
                        x -> Pool.lpPool2dBlock(2, new Shape(2, 2), new Shape(2, 2), new Shape(0, 0))
                                .forward(store(x), new NDList(image(x)), true)
                                .head()),
                of("resize", x -> x.reshape(4, 4, 1).getNDArrayInternal().resize(8, 8, 1)),
                of(
                        "softmaxCrossEntropyLoss",
                        x -> Loss.softmaxCrossEntropyLoss().evaluate(new NDList(longs(x, 2, 0, 1, 3)), new NDList(x))),
                of("l2Loss", x -> Loss.l2Loss().evaluate(new NDList(x.onesLike()), new NDList(x))),
                of("l1Loss", x -> Loss.l1Loss().evaluate(new NDList(x.onesLike()), new NDList(x))),
                of(
                        "sigmoidBinaryCrossEntropyLoss",
                        x -> Loss.sigmoidBinaryCrossEntropyLoss().evaluate(new NDList(x.onesLike()), new NDList(x))),
                of("hingeLoss", x -> Loss.hingeLoss().evaluate(new NDList(x.onesLike()), new NDList(x))),
                of("quantileL1Loss", x -> Loss.quantileL1Loss(0.3f).evaluate(new NDList(x.onesLike()), new NDList(x))));
    }

    private static ParameterStore store(NDArray x) {
        return new ParameterStore(x.getManager(), false);
    }

    private static NDArray image(NDArray x) {
        return x.reshape(1, 1, 4, 4);
    }

    private static NDArray ones(NDArray x) {
        return x.getManager().ones(new Shape(4));
    }
}
