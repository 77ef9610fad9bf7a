package org.vivace.profile;

import ai.djl.ndarray.NDList;
import ai.djl.nn.Block;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.vivace.train.Surgery;

/**
 * A model whose blocks below the root are stood around by a watch until this is closed; they themselves, their weights
 * and their names stay what they are.
 */
final class WatchedBlocks implements AutoCloseable {

    private final Surgery surgery;
    private final List<Surgery.Place> places = new ArrayList<>();
    private final List<String> obstacles = new ArrayList<>();
    private BlockWatch watch;

    private WatchedBlocks(Block root) {
        surgery = Surgery.on(root, "the profiler");
        for (Surgery.Place place : surgery.places()) {
            int number = places.size();
            try {
                surgery.replace(place, watched(place.block(), number));
                places.add(place);
            } catch (IllegalArgumentException e) {
                obstacles.add(place.path() + " is not measured by itself: " + e.getMessage());
            }
        }
    }

    static WatchedBlocks in(Block root) {
        return new WatchedBlocks(root);
    }

    void watch(BlockWatch next) {
        watch = next;
    }

    /** Those that are watched, parents before their children. */
    List<Surgery.Place> places() {
        return places;
    }

    /** The numbers of a block and of all those inside it. */
    List<Integer> below(int block) {
        String path = places.get(block).path();
        return IntStream.range(0, places.size())
                .filter(other -> places.get(other).path().equals(path)
                        || places.get(other).path().startsWith(path + "/"))
                .boxed()
                .toList();
    }

    /** Why some are not. */
    List<String> obstacles() {
        return obstacles;
    }

    private Block watched(Block block, int number) {
        return (Block) Proxy.newProxyInstance(
                Block.class.getClassLoader(),
                new Class<?>[] {Block.class},
                (proxy, method, arguments) -> method.getName().equals("forward")
                        ? forward(block, number, method, arguments)
                        : call(block, method, arguments));
    }

    /** All of Block's forward methods take the inputs second. */
    private NDList forward(Block block, int number, Method method, Object[] arguments) throws Throwable {
        BlockWatch now = watch;
        if (now == null) {
            return (NDList) call(block, method, arguments);
        }
        Object[] seen = arguments.clone();
        NDList inputs = now.enter(number, (NDList) arguments[1]);
        seen[1] = inputs;
        NDList outputs;
        try {
            outputs = (NDList) call(block, method, seen);
        } catch (Throwable e) {
            now.fail(number);
            throw e;
        }
        return now.leave(number, inputs, outputs);
    }

    private static Object call(Block block, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(block, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    @Override
    public void close() {
        watch = null;
        surgery.undo();
    }
}
