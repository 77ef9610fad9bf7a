package org.vivace.profile;

import ai.djl.ndarray.NDList;
import ai.djl.nn.Block;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.vivace.train.ForwardCall;
import org.vivace.train.Surgery;

/**
 * A model whose blocks below the root are stood around by a watch until this is closed; they themselves, their weights
 * and their names stay what they are.
 */
final class WatchedBlocks implements AutoCloseable {

    /** Called around the forward pass of each block; blocks are identified by their number in {@link WatchedBlocks}. */
    interface Watch {

        /** @return the inputs that the block is to get */
        default NDList enter(int block, NDList inputs) {
            return inputs;
        }

        /**
         * @param inputs as the block got them
         * @return the outputs that the caller is to get
         */
        NDList leave(int block, NDList inputs, NDList outputs);

        /** In place of {@link #leave}, where the block has thrown. */
        default void fail(int block) {}
    }

    private final Surgery surgery;
    private final List<Surgery.Place> places = new ArrayList<>();
    private final List<String> obstacles = new ArrayList<>();
    private @Nullable Watch watch;

    private WatchedBlocks(Block root) {
        surgery = Surgery.on(root, "the profiler");
        for (Surgery.Place place : surgery.places()) {
            int number = places.size();
            try {
                surgery.replace(place, ForwardCall.around(place.block(), call -> forward(call, number)));
                places.add(place);
            } catch (IllegalArgumentException e) {
                obstacles.add(place.path() + " is not measured by itself: " + e.getMessage());
            }
        }
    }

    static WatchedBlocks in(Block root) {
        return new WatchedBlocks(root);
    }

    void watch(Watch next) {
        watch = next;
    }

    void watchNoMore() {
        watch = null;
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

    private NDList forward(ForwardCall call, int number) {
        Watch now = watch;
        if (now == null) {
            return call.proceed();
        }
        NDList inputs = now.enter(number, call.inputs());
        NDList outputs;
        try {
            outputs = call.proceed(inputs);
        } catch (RuntimeException | Error e) {
            now.fail(number);
            throw e;
        }
        return now.leave(number, inputs, outputs);
    }

    @Override
    public void close() {
        watch = null;
        surgery.undo();
    }
}
