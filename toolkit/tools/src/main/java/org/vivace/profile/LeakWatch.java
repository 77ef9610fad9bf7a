package org.vivace.profile;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntFunction;
import org.vivace.trace.StepPhase;

/**
 * Finds the arrays below a manager that a step made and that later steps still find there. What a step keeps on
 * purpose, it keeps instead of what was there before, and what was fetched ahead for steps to come is gone after them.
 */
final class LeakWatch implements TrainerStep.PhaseWatch, WatchedBlocks.Watch {

    private final NDManager root;
    private final IntFunction<String> pathOf;
    private final Set<String> known;
    private final Map<String, String> madeIn = new HashMap<>();
    private final Deque<StepPhase> open = new ArrayDeque<>();
    private final Deque<Integer> blocks = new ArrayDeque<>();

    /** Begins with the step to be watched. */
    LeakWatch(NDManager root, IntFunction<String> pathOf) {
        this.root = root;
        this.pathOf = pathOf;
        known = new HashSet<>();
        root.getManagedArrays().forEach(array -> known.add(array.getUid()));
    }

    @Override
    public End in(StepPhase phase) {
        look();
        open.push(phase);
        return () -> {
            look();
            open.pop();
            blocks.clear();
        };
    }

    @Override
    public NDList enter(int block, NDList inputs) {
        look();
        blocks.push(block);
        return inputs;
    }

    @Override
    public NDList leave(int block, NDList inputs, NDList outputs) {
        look();
        blocks.pop();
        return outputs;
    }

    private void look() {
        for (NDArray array : root.getManagedArrays()) {
            if (known.add(array.getUid())) {
                madeIn.put(array.getUid(), here());
            }
        }
    }

    private String here() {
        String phase = open.isEmpty() ? StepPhase.REST.key() : open.peek().key();
        return blocks.isEmpty() ? phase : phase + ", " + pathOf.apply(blocks.peek());
    }

    /** The arrays that the watched step made and that still exist, equal kinds together; call it some steps later. */
    List<MemoryProfile.LeakedArray> leaks() {
        Map<String, MemoryProfile.LeakedArray> leaks = new TreeMap<>();
        Set<String> seen = new HashSet<>();
        for (NDArray array : root.getManagedArrays()) {
            String where = madeIn.get(array.getUid());
            if (where != null && seen.add(array.getUid())) {
                MemoryProfile.LeakedArray one = new MemoryProfile.LeakedArray(
                        array.getShape().toString(),
                        array.getManager().getName(),
                        where,
                        1,
                        array.getShape().size() * array.getDataType().getNumOfBytes());
                leaks.merge(
                        where + one.shape() + one.manager(),
                        one,
                        (a, b) -> new MemoryProfile.LeakedArray(
                                a.shape(), a.manager(), where, a.count() + b.count(), a.bytes() + b.bytes()));
            }
        }
        return List.copyOf(leaks.values());
    }
}
