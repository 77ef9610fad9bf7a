package org.vivace.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.recurrent.GRU;
import ai.djl.nn.recurrent.LSTM;
import ai.djl.nn.recurrent.RNN;
import ai.djl.nn.recurrent.RecurrentBlock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Recurrent layers: by hand, and as a profile sees them run. */
class RecurrentTest {

    private static final long BATCH = 4;
    private static final long TIME = 5;
    private static final long WIDTH = 3;
    private static final long HIDDEN = 16;

    /** Biases are left out, since DJL hands libtorch those of two directions in another order than it reads them in. */
    private static Block layers(String kind, int layers, boolean both) {
        RecurrentBlock.BaseBuilder<?> builder = switch (kind) {
            case "LSTM" -> new LSTM.Builder();
            case "GRU" -> new GRU.Builder();
            default -> new RNN.Builder().setActivation(RNN.Activation.TANH);
        };
        builder.setStateSize((int) HIDDEN)
                .setNumLayers(layers)
                .optBidirectional(both)
                .optHasBiases(false)
                .optReturnState(false);
        return builder instanceof LSTM.Builder lstm
                ? lstm.build()
                : builder instanceof GRU.Builder gru ? gru.build() : ((RNN.Builder) builder).build();
    }

    /**
     * A step multiplies a layer's input and its state by a matrix each, of gates · hidden rows, for each direction; the
     * gradients are one product of each factor.
     */
    @ParameterizedTest
    @CsvSource({
        "LSTM, 4, 1, false", "LSTM, 4, 2, false", "LSTM, 4, 2, true",
        "GRU, 3, 1, false", "GRU, 3, 2, false", "GRU, 3, 2, true",
        "RNN, 1, 1, false", "RNN, 1, 3, false", "RNN, 1, 2, true"
    })
    void byHandAndAsSeen(String kind, long gates, int layers, boolean both) {
        Block first = layers(kind, layers, both);
        Compared compared = Compared.of(new SequentialBlock().add(first), ArraySpec.float32(BATCH, TIME, WIDTH));
        Estimate estimate = compared.estimate();
        long directions = both ? 2 : 1;
        double ofData = gates * HIDDEN * WIDTH * directions;
        double between = gates * HIDDEN * HIDDEN * directions * directions * (layers - 1);
        double ofStates = gates * HIDDEN * HIDDEN * directions * layers;
        double forward = 2 * BATCH * TIME * (ofData + between + ofStates);
        // oneDNN's LSTM computes the gradients of the data and of the first state too, which nobody wants.
        double unwanted = kind.equals("LSTM") ? 0 : 2 * BATCH * TIME * ofData + 2 * BATCH * ofStates;
        assertThat(estimate.outputs()).isEqualTo(compared.outputs());
        assertThat(estimate.forwardFlops()).isEqualTo(forward);
        assertThat(estimate.backwardFlops()).isEqualTo(2 * forward - unwanted);
        assertThat(compared.flops()).isEqualTo(3 * forward - unwanted);
    }

    /** What comes in from another layer has a gradient of its own. */
    @ParameterizedTest
    @CsvSource({"LSTM, 4", "GRU, 3", "RNN, 1"})
    void afterAnotherLayer(String kind, long gates) {
        Block block = new SequentialBlock()
                .add(Linear.builder().setUnits(HIDDEN).optBias(false).build())
                .add(layers(kind, 1, false));
        Compared compared = Compared.of(block, ArraySpec.float32(BATCH, TIME, WIDTH));
        double linear = 2.0 * BATCH * TIME * WIDTH * HIDDEN;
        double square = gates * HIDDEN * HIDDEN;
        double forward = 2 * BATCH * TIME * 2 * square;
        double unwanted = kind.equals("LSTM") ? 0 : 2 * BATCH * square;
        assertThat(compared.estimate().flops()).isEqualTo(2 * linear + 3 * forward - unwanted);
        assertThat(compared.flops()).isEqualTo(compared.estimate().flops());
    }

    @Test
    void inputsOfAnotherWidth() {
        Block block = layers("GRU", 1, false);
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            block.initialize(manager, DataType.FLOAT32, new Shape(BATCH, TIME, WIDTH));
            Estimator estimator = Estimator.of(new SequentialBlock().add(block), ArraySpec.float32(BATCH, TIME, 7));
            assertThatThrownBy(estimator::inference)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "01GRU: gru: expected weights of layer 1 for inputs of 7 numbers, got (48, 3): check the"
                                    + " input shapes against the model");
        }
    }
}
