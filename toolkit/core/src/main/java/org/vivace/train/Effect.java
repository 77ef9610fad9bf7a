package org.vivace.train;

import ai.djl.ndarray.types.Shape;
import ai.djl.training.optimizer.Optimizer;
import java.util.List;
import java.util.function.Consumer;
import org.vivace.torch.Precision;

/**
 * What a method changes in the cost of a step, so that its gain can be predicted before it is tried. It states what
 * changes, never by how much: that depends on the model and on the machine, and is for the estimator's {@code
 * RecipeEffects} to say.
 */
public sealed interface Effect {

    /** The method declares no effect: an estimate counts none, and its notes say so. */
    record Undeclared() implements Effect {}

    /** Matrix products and convolutions read, compute and write in this precision, and their operands are cast to it. */
    record LowPrecision(Precision precision) implements Effect {}

    /** Chosen blocks keep only their inputs for the backward pass and run forward a second time in it. */
    record Recomputation(Choice choice) implements Effect {}

    /**
     * Blocks are replaced by others; an estimate replaces them too and counts the work of the replacements.
     *
     * @param by what {@link Hooks#onModel} does to the model
     */
    record ReplacedBlocks(Consumer<Surgery> by) implements Effect {}

    /** Images and convolution weights have their channels last in memory, the layout that convolutions compute in. */
    record ImageLayout() implements Effect {}

    /**
     * The optimizer reads and writes each parameter, its gradient and its state once, in a few calls for all of them.
     *
     * @param of DJL's optimizers that the method can replace; it cannot be combined with others
     */
    record FusedUpdate(List<Class<? extends Optimizer>> of) implements Effect {
        public FusedUpdate {
            of = List.copyOf(of);
        }
    }

    /** For a part of the run, batches are smaller than in the data. */
    record SmallerInputs(ShapeAt shapeAt) implements Effect {}

    /** Chooses blocks. */
    @FunctionalInterface
    interface Choice {
        /** @param places all blocks below the root, parents before their children */
        List<Surgery.Place> among(List<Surgery.Place> places);
    }

    /** The shape of one array of a batch, over a run. */
    @FunctionalInterface
    interface ShapeAt {
        /**
         * @param step from 0
         * @param steps of the whole run
         * @param full the array's shape in the data
         * @param first that of the batch's first array
         */
        Shape of(long step, long steps, Shape full, Shape first);
    }
}
