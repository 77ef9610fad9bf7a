package org.vivace.estimate;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.optimizer.Optimizer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.vivace.torch.MemoryFormat;
import org.vivace.torch.Precision;
import org.vivace.train.Effect;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.Surgery;

/**
 * The changes that a recipe's methods make to a step: the only place that interprets an {@link Effect}. A method's gain
 * is found by comparing an {@link Estimator} with it and one without.
 *
 * @param applied methods of the run that is training the model: it contains their blocks, and its inputs are already
 *     changed by them
 * @param added methods that are not applied yet
 */
record RecipeEffects(List<EfficiencyMethod> applied, List<EfficiencyMethod> added) {

    /**
     * The blocks of a model that run a second time in the backward pass.
     *
     * @param paths of the blocks
     * @param unseen a sentence for each method that selected a block within one that is measured as a whole
     */
    record Recomputed(Set<String> paths, List<String> unseen) {}

    /** A model with the methods' blocks in it; restored when this is closed. */
    static final class OperatedModel implements AutoCloseable {

        /** In reverse order, so that the last is undone first. */
        private final Deque<Surgery> surgeries = new ArrayDeque<>();

        @Override
        public void close() {
            surgeries.forEach(Surgery::undo);
        }
    }

    private record Declared<T extends Effect>(EfficiencyMethod method, T effect) {}

    /** Whether a method that is not applied yet declares effects. */
    boolean changeCost() {
        return declared(added, Effect.class).stream().anyMatch(each -> !(each.effect() instanceof Effect.Undeclared));
    }

    /** The precision of matrix products and convolutions. */
    Precision precision() {
        return effects(Effect.LowPrecision.class)
                .map(Effect.LowPrecision::precision)
                .findFirst()
                .orElse(Precision.FLOAT32);
    }

    /** The memory layout of images and weights of convolutions. */
    MemoryFormat images() {
        return effects(Effect.ImageLayout.class).findAny().isPresent()
                ? MemoryFormat.CHANNELS_LAST
                : MemoryFormat.CONTIGUOUS;
    }

    /**
     * The shape of an array of the batch at one step of a run.
     *
     * @param full the shape in the data
     * @param first the shape of the batch's first array
     */
    Shape shape(long step, long steps, Shape full, Shape first) {
        Shape shape = full;
        for (Declared<Effect.SmallerInputs> smaller : declared(added, Effect.SmallerInputs.class)) {
            shape = smaller.effect().shapeAt().of(step, steps, shape, first);
        }
        return shape;
    }

    /** @throws IllegalArgumentException if a method finds nothing to replace */
    OperatedModel replaceBlocks(Block model) {
        OperatedModel operated = new OperatedModel();
        try {
            for (Declared<Effect.ReplacedBlocks> replaced : declared(added, Effect.ReplacedBlocks.class)) {
                Surgery surgery = Surgery.on(model, replaced.method().name());
                operated.surgeries.push(surgery);
                replaced.effect().by().accept(surgery);
            }
            return operated;
        } catch (RuntimeException e) {
            operated.close();
            throw e;
        }
    }

    /** @throws IllegalArgumentException if a method that recomputes blocks finds none */
    Recomputed recomputed(Block model, MeasuredBlocks measured) {
        List<Surgery.Place> places = Surgery.on(model, "the estimate").places();
        Set<String> paths = new HashSet<>();
        List<String> unseen = new ArrayList<>();
        for (Declared<Effect.Recomputation> recomputed : declared(added, Effect.Recomputation.class)) {
            String method = recomputed.method().name();
            List<String> chosen = recomputed.effect().choice().among(places).stream()
                    .map(Surgery.Place::path)
                    .toList();
            if (chosen.isEmpty()) {
                throw new IllegalArgumentException(
                        method + " found no blocks of the model to work on: drop the method, or name other blocks");
            }
            List<String> within = chosen.stream().filter(measured::isWithin).toList();
            chosen.stream().filter(path -> !measured.isWithin(path)).forEach(paths::add);
            if (!within.isEmpty()) {
                unseen.add("what " + method + " does to " + String.join(", ", within)
                        + " is not seen, since a block around " + (within.size() == 1 ? "it" : "them")
                        + " is measured as one: it is counted as if it did nothing there");
            }
        }
        return new Recomputed(Set.copyOf(paths), List.copyOf(unseen));
    }

    /**
     * Whether all parameters are updated in a few calls together.
     *
     * @throws IllegalArgumentException if a method that does so cannot replace that optimizer
     */
    boolean fusesUpdateOf(Optimizer optimizer) {
        List<Declared<Effect.FusedUpdate>> updates = declared(all(), Effect.FusedUpdate.class);
        for (Declared<Effect.FusedUpdate> update : updates) {
            List<Class<? extends Optimizer>> of = update.effect().of();
            String method = update.method().name();
            if (!of.contains(optimizer.getClass())) {
                throw new IllegalArgumentException(method + " expected DJL's "
                        + of.stream().map(Class::getSimpleName).collect(Collectors.joining(" or "))
                        + " as the optimizer, got " + optimizer.getClass().getSimpleName()
                        + ": give one that it can replace, or drop " + method);
            }
        }
        return !updates.isEmpty();
    }

    /** A sentence for each method whose effects are not known. */
    List<String> notes() {
        return declared(all(), Effect.Undeclared.class).stream()
                .map(each -> each.method().name()
                        + " does not say what it does to the cost: it is counted as if it did nothing")
                .toList();
    }

    private List<EfficiencyMethod> all() {
        return Stream.concat(applied.stream(), added.stream()).toList();
    }

    private <T extends Effect> Stream<T> effects(Class<T> kind) {
        return declared(all(), kind).stream().map(Declared::effect);
    }

    private static <T extends Effect> List<Declared<T>> declared(List<EfficiencyMethod> methods, Class<T> kind) {
        List<Declared<T>> found = new ArrayList<>();
        for (EfficiencyMethod method : methods) {
            for (Effect effect : method.effects()) {
                if (kind.isInstance(effect)) {
                    found.add(new Declared<>(method, kind.cast(effect)));
                }
            }
        }
        return found;
    }
}
