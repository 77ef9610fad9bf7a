package org.vivace.train;

import ai.djl.Model;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Block;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A model in which the forward pass of every block, including the root, is wrapped until this is closed. The blocks,
 * their weights and the names of their parameters stay the same.
 *
 * <p>A block's path is the root's class and the names of the children that lead to it, joined by slashes: {@code
 * ResNet9/04Residual/01ConvNormRelu}. A block that several parents share has its first path.
 */
public final class ObservedBlocks implements AutoCloseable {

    /** The wrapper around a forward pass; it must call {@code forward} once and return what that returned. */
    @FunctionalInterface
    public interface Around {
        NDList forward(String path, Supplier<NDList> forward);
    }

    private final Model model;
    private final Block root;
    private final Surgery surgery;
    private final List<String> paths;
    private final List<String> unseen;

    private ObservedBlocks(Model model, Around around) {
        this.model = model;
        root = model.getBlock();
        surgery = Surgery.on(root, "observation");
        String name = root.getClass().getSimpleName();
        List<Surgery.Place> places = surgery.places();
        Map<Block, String> firstPaths = new IdentityHashMap<>();
        places.forEach(place -> firstPaths.putIfAbsent(place.block(), name + "/" + place.path()));
        Map<Block, Block> observed = new IdentityHashMap<>();
        List<Surgery.Place> replaced = surgery.replaceWherePossible(place -> observed.computeIfAbsent(
                place.block(), block -> observed(block, firstPath(firstPaths, block), around)));
        model.setBlock(observed(root, name, around));
        paths = Stream.concat(replaced.stream().map(place -> firstPath(firstPaths, place.block())), Stream.of(name))
                .distinct()
                .toList();
        unseen = places.stream()
                .filter(place -> !replaced.contains(place))
                .map(place -> name + "/" + place.path())
                .toList();
    }

    /**
     * @param model with its block set; no {@link Run} may be created for it before this is closed
     * @throws IllegalArgumentException for a model without a block
     */
    public static ObservedBlocks of(Model model, Around around) {
        if (model.getBlock() == null) {
            throw new IllegalArgumentException("expected a model with a block, got one without: call setBlock first");
        }
        return new ObservedBlocks(model, around);
    }

    private static String firstPath(Map<Block, String> paths, Block block) {
        return Objects.requireNonNull(paths.get(block), "every block below the root has a path");
    }

    private static Block observed(Block block, String path, Around around) {
        return ForwardCall.around(block, call -> around.forward(path, call::proceed));
    }

    /** The paths of the blocks that are observed, children before their parents. */
    public List<String> paths() {
        return paths;
    }

    /**
     * The paths of the blocks that are not observed, because their parent holds them as a narrower type than {@code
     * Block}.
     */
    public List<String> unseen() {
        return unseen;
    }

    @Override
    public void close() {
        model.setBlock(root);
        surgery.undo();
    }
}
