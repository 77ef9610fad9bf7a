package org.vivace.train;

import ai.djl.Model;
import ai.djl.ndarray.NDList;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.nn.BlockList;
import java.lang.reflect.Field;
import java.lang.reflect.ParameterizedType;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A model in which something stands around the forward pass of every block, the root too, until this is closed. The
 * blocks, their weights and the names of their parameters stay what they are.
 *
 * <p>A block's path is the root's class and the names of the children that lead to it, joined by slashes:
 * {@code ResNet9/04Residual/01ConvNormRelu}. A block that several parents share goes by its first path.
 */
public final class ObservedBlocks implements AutoCloseable {

    /** What stands around a forward pass; it must call {@code forward} once and return what that returned. */
    @FunctionalInterface
    public interface Around {
        NDList forward(String path, Supplier<NDList> forward);
    }

    private final Around around;
    private final Map<Block, Block> observed = new IdentityHashMap<>();
    private final List<String> paths = new ArrayList<>();
    private final List<String> unseen = new ArrayList<>();
    private final Deque<Runnable> undos = new ArrayDeque<>();

    private ObservedBlocks(Around around) {
        this.around = around;
    }

    /**
     * @param model with its block set, and with no {@link Run} being made for it before this is closed
     * @throws IllegalArgumentException for a model without a block
     */
    public static ObservedBlocks of(Model model, Around around) {
        Block root = model.getBlock();
        if (root == null) {
            throw new IllegalArgumentException("expected a model with a block, got one without: call setBlock first");
        }
        ObservedBlocks blocks = new ObservedBlocks(around);
        String path = root.getClass().getSimpleName();
        blocks.children(root, path);
        model.setBlock(blocks.observe(root, path));
        blocks.undos.push(() -> model.setBlock(root));
        return blocks;
    }

    /** The paths of the blocks that are observed, children before their parents. */
    public List<String> paths() {
        return List.copyOf(paths);
    }

    /** The paths of those that are not, because their parent holds them as a narrower type than {@code Block}. */
    public List<String> unseen() {
        return List.copyOf(unseen);
    }

    @Override
    public void close() {
        while (!undos.isEmpty()) {
            undos.pop().run();
        }
    }

    private void children(Block parent, String parentPath) {
        BlockList children = parent.getChildren();
        for (int i = 0; i < children.size(); i++) {
            Block child = children.valueAt(i);
            String path = parentPath + "/" + children.keyAt(i);
            boolean first = !observed.containsKey(child);
            if (first) {
                children(child, path);
            }
            if (parent instanceof AbstractBlock && holdsAnyBlock(parent, child)) {
                put(parent, i, child, first ? observe(child, path) : observed.get(child));
            } else {
                unseen.add(path);
            }
        }
    }

    private Block observe(Block block, String path) {
        paths.add(path);
        Block now = ForwardCall.around(block, call -> around.forward(path, call::proceed));
        observed.put(block, now);
        return now;
    }

    private void put(Block parent, int index, Block old, Block now) {
        // getChildren() hands out a copy, so the list itself has to be reached.
        List<Block> children = ((BlockList) Surgery.read(Surgery.childrenField(), parent)).values();
        List<Field> fields = Surgery.fieldsHolding(parent, old);
        List<List<Block>> lists = Surgery.listsHolding(parent, old);
        write(children, index, parent, fields, lists, old, now);
        undos.push(() -> write(children, index, parent, fields, lists, now, old));
    }

    private static void write(
            List<Block> children,
            int index,
            Block parent,
            List<Field> fields,
            List<List<Block>> lists,
            Block old,
            Block now) {
        children.set(index, now);
        lists.forEach(list -> list.replaceAll(block -> block == old ? now : block));
        for (Field field : fields) {
            try {
                field.set(parent, now);
            } catch (IllegalAccessException e) {
                throw new IllegalStateException("could not set " + field, e);
            }
        }
    }

    /** Whether every field that leads from the parent to the child could hold any other block as well. */
    private static boolean holdsAnyBlock(Block parent, Block child) {
        for (Field field : Surgery.fields(parent)) {
            Object value = Surgery.read(field, parent);
            if (value == child && !field.getType().isAssignableFrom(Block.class)) {
                return false;
            }
            if (value instanceof List<?> list
                    && list.stream().anyMatch(element -> element == child)
                    && !(ofBlocks(field) && changes(list))) {
                return false;
            }
        }
        return true;
    }

    private static boolean ofBlocks(Field field) {
        return field.getGenericType() instanceof ParameterizedType type
                && type.getActualTypeArguments()[0] instanceof Class<?> element
                && element.isAssignableFrom(Block.class);
    }

    private static boolean changes(List<?> list) {
        return list instanceof ArrayList;
    }
}
