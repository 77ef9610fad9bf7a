package org.vivace.train;

import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.nn.BlockList;
import ai.djl.util.Pair;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Replaces blocks inside a model, and puts the old ones back at the end of the run.
 *
 * <p>A replacement that is to keep the weights must hold the replaced block's own {@code Parameter} objects, or the
 * block itself as a child; then the model, once restored, has the trained weights under its own structure and can be
 * saved as usual.
 */
public final class Surgery {

    /** A block below the root and the path of child names that leads to it, joined by slashes. */
    public record Place(String path, Block parent, int index, Block block) {}

    private final Block root;
    private final boolean strict;
    private final List<String> log;
    private final Deque<Runnable> undos = new ArrayDeque<>();
    private String method = "surgery";

    Surgery(Block root, boolean strict, List<String> log) {
        this.root = root;
        this.strict = strict;
        this.log = log;
    }

    /**
     * Surgery outside of a run; the caller calls {@link #undo}.
     *
     * @param by the name of the caller, for messages
     */
    public static Surgery on(Block root, String by) {
        return new Surgery(root, true, new ArrayList<>()).by(by);
    }

    Surgery by(String methodName) {
        method = methodName;
        return this;
    }

    /** All blocks below the root, parents before their children. */
    public List<Place> places() {
        List<Place> places = new ArrayList<>();
        collect(root, "", places, Order.OUTER_FIRST);
        return places;
    }

    /**
     * Replaces every block that matches. Blocks inside a replaced block are not considered.
     *
     * @param lookedFor what {@code which} selects, in the plural, for the message: {@code layer norms}
     * @return how many were replaced
     * @throws IllegalArgumentException if nothing matches, unless the run is lenient; or if a parent holds the block in
     *     a field of a narrower type than the replacement's
     */
    public int replace(String lookedFor, Predicate<Place> which, UnaryOperator<Block> replacement) {
        List<Place> chosen = new ArrayList<>();
        for (Place place : places()) {
            boolean inside = chosen.stream().anyMatch(outer -> place.path().startsWith(outer.path() + "/"));
            if (!inside && which.test(place)) {
                chosen.add(place);
            }
        }
        if (chosen.isEmpty()) {
            nothingFound(lookedFor);
        }
        for (Place place : chosen) {
            replace(place, replacement.apply(place.block()));
        }
        return chosen.size();
    }

    /**
     * Replaces every block, children before parents, except blocks that their parent keeps in a field or a list of a
     * narrower type than the replacement's, or in an unmodifiable list.
     *
     * @return the places that were replaced, in that order
     */
    public List<Place> replaceWherePossible(Function<Place, Block> replacement) {
        List<Place> places = new ArrayList<>();
        collect(root, "", places, Order.INNER_FIRST);
        List<Place> replaced = new ArrayList<>();
        for (Place place : places) {
            Block now = replacement.apply(place);
            if (place.parent() instanceof AbstractBlock parent) {
                KeptChild kept = new KeptChild(parent, place.index(), place.block());
                if (kept.accepts(kept.fitted(now))) {
                    replace(place, now);
                    replaced.add(place);
                }
            }
        }
        return replaced;
    }

    /** Reports that the model has no such block: by an error, or in a lenient run by a note in the log. */
    public void nothingFound(String lookedFor) {
        Map<String, Long> kinds = places().stream()
                .collect(Collectors.groupingBy(
                        place -> place.block().getClass().getSimpleName(), TreeMap::new, Collectors.counting()));
        String found = kinds.entrySet().stream()
                .map(kind -> kind.getValue() + " " + (kind.getKey().isEmpty() ? "anonymous" : kind.getKey()))
                .collect(Collectors.joining(", "));
        String message = method + " looked for " + lookedFor + " in the model and found "
                + (found.isEmpty() ? "no blocks below the root" : "only " + found);
        if (strict) {
            throw new IllegalArgumentException(
                    message + ": drop the method, or make the run lenient to go on without it");
        }
        log.add(message + "; the run goes on without it");
    }

    /**
     * Replaces the block at one place; the places inside it stay valid, as they name its own block as their parent.
     *
     * @throws IllegalArgumentException if the parent does not allow the block to be replaced
     */
    public void replace(Place place, Block replacement) {
        if (!(place.parent() instanceof AbstractBlock parent)) {
            throw new IllegalArgumentException(method + " expected a parent that extends AbstractBlock, found "
                    + place.parent().getClass().getName() + ": its children cannot be replaced");
        }
        KeptChild kept = new KeptChild(parent, place.index(), place.block());
        Block now = kept.fitted(replacement);
        kept.narrowField(now).ifPresent(field -> {
            throw new IllegalArgumentException(method + " cannot put another block where "
                    + parent.getClass().getSimpleName() + " keeps its " + field.getName() + ", "
                    + kept.contents(field)
                    + ", whose class cannot be extended: leave that block as it is, or keep it as a Block");
        });
        try {
            undos.push(kept.put(now));
        } catch (UnsupportedOperationException e) {
            throw new IllegalArgumentException(
                    method + " cannot replace a " + place.block().getClass().getSimpleName() + " in "
                            + parent.getClass().getSimpleName()
                            + ", which keeps it in an unmodifiable list: build that list as an ArrayList",
                    e);
        }
    }

    /** Puts every replaced block back. */
    public void undo() {
        while (!undos.isEmpty()) {
            undos.pop().run();
        }
    }

    private enum Order {
        OUTER_FIRST,
        INNER_FIRST
    }

    private static void collect(Block parent, String path, List<Place> places, Order order) {
        BlockList children = parent.getChildren();
        for (int i = 0; i < children.size(); i++) {
            Pair<String, Block> child = children.get(i);
            String childPath = path.isEmpty() ? child.getKey() : path + "/" + child.getKey();
            Place place = new Place(childPath, parent, i, child.getValue());
            if (order == Order.OUTER_FIRST) {
                places.add(place);
            }
            collect(child.getValue(), childPath, places, order);
            if (order == Order.INNER_FIRST) {
                places.add(place);
            }
        }
    }
}
