package org.vivace.train;

import ai.djl.training.optimizer.Optimizer;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.vivace.torch.Precision;

/**
 * What a method changes in what a step costs, told so that the gain can be predicted before the method is tried. It says
 * what changes, never by how much: that depends on the model and on the machine.
 */
public sealed interface Effect {

    /** Matrix products and convolutions read, compute and write in this precision, and their operands are cast to it. */
    record LowPrecision(Precision precision) implements Effect {}

    /** Norms read and write the precision that they are given, not fp32. */
    record LowPrecisionNorms() implements Effect {}

    /**
     * Chosen blocks keep only their inputs for the backward pass and run forward a second time in it.
     *
     * @param every of the blocks that fit, each {@code every}-th, from the first
     * @param named a regular expression that a block's path must contain; empty for the root's direct children that have
     *     children of their own
     */
    record Recomputation(int every, String named) implements Effect {}

    /** Softmax attention never writes its (length × length) weights to memory. */
    record FusedAttention() implements Effect {}

    /** Images and convolution weights have their channels last in memory, the layout that convolutions compute in. */
    record ChannelsLast() implements Effect {}

    /**
     * The optimiser reads and writes each parameter, its gradient and its state once, in a few calls for all of them.
     *
     * @param of DJL's optimisers that the method takes over from; it does not go with others
     */
    record FusedUpdate(List<Class<? extends Optimizer>> of) implements Effect {
        public FusedUpdate {
            of = List.copyOf(of);
        }
    }

    /** Sequences are cut for a part of the run. */
    record ShorterSequences(LengthAt lengthAt) implements Effect {}

    /** The length that is left of a sequence. */
    @FunctionalInterface
    interface LengthAt {

        /**
         * @param progress the share of the run that is done, from 0 to 1
         * @param whole the sequence's own length
         */
        long of(double progress, long whole);
    }

    /**
     * Images are shrunk for a part of the run.
     *
     * @param share of each side that is left, in (0, 1], where the argument is the share of the run that is done
     */
    record SmallerImages(DoubleUnaryOperator share) implements Effect {}
}
