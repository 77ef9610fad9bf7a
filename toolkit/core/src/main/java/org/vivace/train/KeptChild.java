package org.vivace.train;

import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.nn.BlockList;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * All the places in which a block keeps one of its children: its list of children, and its own fields and lists,
 * through which blocks such as DJL's transformer blocks call their children.
 */
record KeptChild(AbstractBlock parent, int index, Block child) {

    /** {@code now}, or a delegate to it of the child's own class if one of the places requires that class. */
    Block fitted(Block now) {
        return narrowField(now).isEmpty() || !TypedDelegatingBlock.possible(child.getClass())
                ? now
                : TypedDelegatingBlock.of(child, now);
    }

    /** Whether every one of the places could hold {@code now} instead. */
    boolean accepts(Block now) {
        return narrowField(now).isEmpty()
                && listFields().stream().allMatch(field -> read(field, parent) instanceof ArrayList);
    }

    /** A field of the parent that holds the child, by itself or in a list, and could not hold {@code now}. */
    Optional<Field> narrowField(Block now) {
        return Stream.concat(
                        ownFields().stream().filter(field -> !field.getType().isInstance(now)),
                        listFields().stream()
                                .filter(field -> !elementType(field).isInstance(now)))
                .findFirst();
    }

    /** What the field is declared to hold, for messages: {@code a Linear}, {@code a list of Linear}. */
    String contents(Field field) {
        return read(field, parent) == child
                ? "a " + field.getType().getSimpleName()
                : "a list of " + elementType(field).getSimpleName();
    }

    /**
     * Puts {@code now} into every place.
     *
     * @return puts the child back
     * @throws UnsupportedOperationException if one of them is an unmodifiable list; then nothing has changed
     */
    Runnable put(Block now) {
        // getChildren() returns a copy, so the list itself is read from its field.
        List<Block> children = ((BlockList) read(childrenField(), parent)).values();
        List<Field> fields = ownFields();
        List<List<Block>> lists = ownLists();
        write(children, fields, lists, child, now);
        return () -> write(children, fields, lists, now, child);
    }

    private void write(List<Block> children, List<Field> fields, List<List<Block>> lists, Block old, Block now) {
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

    /**
     * The declared element type of the list in a field, to which the compiler casts elements that are read. If the
     * field does not declare an element type, its readers may cast to any class, and only blocks of the child's own
     * type are safe.
     */
    private Class<?> elementType(Field field) {
        if (field.getGenericType() instanceof ParameterizedType type) {
            Type element = type.getActualTypeArguments()[0];
            if (element instanceof WildcardType wildcard) {
                element = wildcard.getUpperBounds()[0];
            }
            if (element instanceof Class<?> named && Block.class.isAssignableFrom(named)) {
                return named;
            }
        }
        return child.getClass();
    }

    private List<Field> ownFields() {
        return fields().stream().filter(field -> read(field, parent) == child).toList();
    }

    private List<Field> listFields() {
        return fields().stream()
                .filter(field -> read(field, parent) instanceof List<?> list
                        && list.stream().anyMatch(element -> element == child))
                .toList();
    }

    @SuppressWarnings("unchecked") // a list that holds the block as an element is a list of blocks
    private List<List<Block>> ownLists() {
        return listFields().stream()
                .map(field -> (List<Block>) read(field, parent))
                .toList();
    }

    private List<Field> fields() {
        List<Field> fields = new ArrayList<>();
        for (Class<?> type = parent.getClass(); type != AbstractBlock.class; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers()) && !field.getType().isPrimitive()) {
                    field.setAccessible(true);
                    fields.add(field);
                }
            }
        }
        return fields;
    }

    private static Field childrenField() {
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

    private static Object read(Field field, Block block) {
        try {
            return field.get(block);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("could not read " + field, e);
        }
    }
}
