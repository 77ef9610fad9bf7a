package org.vivace.train;

import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.nn.BlockList;
import ai.djl.util.Pair;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
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
 * saved as ever.
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
     * Surgery outside of a run, by whoever then calls {@link #undo}.
     *
     * @param by who operates, for messages
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
        collect(root, "", places);
        return places;
    }

    /**
     * Replaces every block that fits. The blocks inside a replaced one are not looked at.
     *
     * @param lookedFor what {@code which} stands for, in the plural, for the message: {@code layer norms}
     * @return how many were replaced
     * @throws IllegalArgumentException where nothing fits, unless the run is lenient; and where a parent holds the
     *     block in a field of a narrower type than the replacement's
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
            swap(place.parent(), place.index(), place.block(), replacement.apply(place.block()));
        }
        return chosen.size();
    }

    /**
     * Replaces every block, inner ones before those around them, but for blocks that their parent keeps in a field or a
     * list of a narrower type than the replacement's.
     */
    public void replaceWherePossible(Function<Place, Block> replacement) {
        List<Place> places = places();
        for (int i = places.size() - 1; i >= 0; i--) {
            Place place = places.get(i);
            Block now = replacement.apply(place);
            if (accepts(place, now)) {
                swap(place.parent(), place.index(), place.block(), now);
            }
        }
    }

    private static boolean accepts(Place place, Block now) {
        return place.parent() instanceof AbstractBlock
                && fieldsHolding(place.parent(), place.block()).stream()
                        .allMatch(field -> field.getType().isInstance(now))
                && fields(place.parent()).stream()
                        .filter(field -> holdsInList(field, place.parent(), place.block()))
                        .allMatch(field -> takes(field, now));
    }

    // The compiler casts what it reads from a list to the type that the field names.
    private static boolean takes(Field list, Block now) {
        return list.getType() == List.class
                && list.getGenericType() instanceof ParameterizedType type
                && type.getActualTypeArguments()[0] instanceof Class<?> element
                && element.isInstance(now);
    }

    /** Says, as an error or in a lenient run as a note, that the model has nothing of the kind. */
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
     * @throws IllegalArgumentException where the parent does not let go of it
     */
    public void replace(Place place, Block now) {
        swap(place.parent(), place.index(), place.block(), now);
    }

    /** Puts every replaced block back. */
    public void undo() {
        while (!undos.isEmpty()) {
            undos.pop().run();
        }
    }

    private static void collect(Block parent, String path, List<Place> places) {
        BlockList children = parent.getChildren();
        for (int i = 0; i < children.size(); i++) {
            Pair<String, Block> child = children.get(i);
            String childPath = path.isEmpty() ? child.getKey() : path + "/" + child.getKey();
            places.add(new Place(childPath, parent, i, child.getValue()));
            collect(child.getValue(), childPath, places);
        }
    }

    private void swap(Block parent, int index, Block old, Block now) {
        if (!(parent instanceof AbstractBlock)) {
            throw new IllegalArgumentException(method + " expected a parent that extends AbstractBlock, found "
                    + parent.getClass().getName() + ": its children cannot be replaced");
        }
        // getChildren() hands out a copy, so the list itself has to be reached.
        List<Block> children = ((BlockList) read(childrenField(), parent)).values();
        List<Field> fields = fieldsHolding(parent, old);
        for (Field field : fields) {
            if (!field.getType().isInstance(now)) {
                throw new IllegalArgumentException(method + " cannot put a "
                        + now.getClass().getSimpleName() + " where "
                        + parent.getClass().getSimpleName() + " keeps its " + field.getName() + ", a "
                        + field.getType().getSimpleName()
                        + ": build the model from blocks that keep children in lists");
            }
        }
        List<List<Block>> lists = listsHolding(parent, old);
        try {
            write(children, index, fields, lists, parent, old, now);
        } catch (UnsupportedOperationException e) {
            throw new IllegalArgumentException(
                    method + " cannot replace a " + old.getClass().getSimpleName() + " in "
                            + parent.getClass().getSimpleName()
                            + ", which keeps it in a list that does not change: build that list as an ArrayList",
                    e);
        }
        undos.push(() -> write(children, index, fields, lists, parent, now, old));
    }

    private static void write(
            List<Block> children,
            int index,
            List<Field> fields,
            List<List<Block>> lists,
            Block parent,
            Block old,
            Block now) {
        for (List<Block> list : lists) {
            list.replaceAll(block -> block == old ? now : block);
        }
        for (Field field : fields) {
            try {
                field.set(parent, now);
            } catch (IllegalAccessException e) {
                throw new IllegalStateException("could not set " + field, e);
            }
        }
        children.set(index, now);
    }

    /** Blocks such as DJL's transformer blocks run their children through fields and only list them as children. */
    static List<Field> fieldsHolding(Block parent, Block child) {
        return fields(parent).stream()
                .filter(field -> read(field, parent) == child)
                .toList();
    }

    @SuppressWarnings("unchecked") // a list that holds the block as an element is a list of blocks
    static List<List<Block>> listsHolding(Block parent, Block child) {
        List<List<Block>> lists = new ArrayList<>();
        for (Field field : fields(parent)) {
            if (holdsInList(field, parent, child)) {
                lists.add((List<Block>) read(field, parent));
            }
        }
        return lists;
    }

    private static boolean holdsInList(Field field, Block parent, Block child) {
        return read(field, parent) instanceof List<?> list && list.stream().anyMatch(element -> element == child);
    }

    static List<Field> fields(Block parent) {
        List<Field> fields = new ArrayList<>();
        for (Class<?> type = parent.getClass(); type != AbstractBlock.class && type != Object.class; ) {
            for (Field field : type.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers()) && !field.getType().isPrimitive()) {
                    field.setAccessible(true);
                    fields.add(field);
                }
            }
            type = type.getSuperclass();
        }
        return fields;
    }

    static Field childrenField() {
        try {
            Field field = AbstractBlock.class.getDeclaredField("children");
            field.setAccessible(true);
            return field;
        } catch (NoSuchFieldException e) {
            throw new IllegalStateException(
                    "expected DJL's AbstractBlock to keep its children in a field of that"
                            + " name: this version of DJL is not supported",
                    e);
        }
    }

    static Object read(Field field, Block block) {
        try {
            return field.get(block);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("could not read " + field, e);
        }
    }
}
