package org.vivace.torch;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDList;
import ai.djl.pytorch.engine.PtNDArray;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * The places where the graph of this thread's forward passes is cut, and what goes on behind them. libtorch cannot be told
 * from Java to call back in the middle of its backward pass, so a part of a forward pass hands on leaves, where the
 * backward pass ends, and is gone back through once all that comes after it is done.
 *
 * <p>Every backward pass that DJL makes is continued so, through whichever collector it came and through whichever of
 * several passes or models it goes back; parts that it does not reach wait for another. Where DJL's native methods cannot
 * be bound anew (Windows), whoever makes the pass calls {@link #goOn}.
 */
public final class BackwardTape {

    /** A part of a forward pass behind leaves of its own. */
    public interface Part {

        /** What the rest of the forward pass was given in place of the part's outputs. */
        NDList leaves();

        /** What the part was given. */
        NDList inputs();

        /** Goes on from the leaves' gradients, of which there is one at least. */
        void backward();

        /** Lets go of what the part keeps; nothing comes back to it. */
        default void forget() {}
    }

    /** A part on the tape. */
    private static final class Entry {
        private final Part part;
        private final Object owner;
        private final long number;
        private final boolean behindHistory;
        private boolean spent;

        Entry(Part part, Object owner, long number) {
            this.part = part;
            this.owner = owner;
            this.number = number;
            behindHistory = part.inputs().stream().anyMatch(Autograd::hasHistory);
        }

        boolean waits() {
            return !spent && !released();
        }

        boolean reached() {
            return waits() && part.leaves().stream().anyMatch(Autograd::hasReached);
        }

        boolean released() {
            return part.leaves().stream().anyMatch(leaf -> ((PtNDArray) leaf).isReleased());
        }
    }

    private static final ThreadLocal<BackwardTape> OF_THREAD = ThreadLocal.withInitial(BackwardTape::new);

    private final List<Entry> entries = new ArrayList<>();
    private long pushed;
    private long passes;
    private boolean goingOn;
    /** Whether there are leaves whose gradient has been used and freed. */
    private boolean freed;

    private BackwardTape() {}

    static BackwardTape current() {
        return OF_THREAD.get();
    }

    /** From here on every backward pass in this process is continued and counted, where that is possible. */
    public static void watch() {
        BackwardBinding.install();
    }

    /** Backward passes that this thread has made since they are watched, whoever made them. */
    public static long passes() {
        return current().passes;
    }

    /**
     * Puts a part on the tape. Leaves and inputs are arrays that close no earlier than the backward pass is done; once a
     * leaf is closed, the part is forgotten.
     *
     * @param owner whoever can {@link #forget} it
     */
    public static void push(Part part, Object owner) {
        watch();
        BackwardTape tape = current();
        tape.drop(Entry::released);
        tape.entries.add(new Entry(part, owner, tape.pushed++));
    }

    /** Forgets the owner's parts of this thread, as after forward passes that no backward pass will follow. */
    public static void forget(Object owner) {
        current().drop(entry -> entry.owner == owner);
    }

    /** Whether a part of the owner's waits for a backward pass. */
    public static boolean holds(Object owner) {
        return current().entries.stream().anyMatch(entry -> entry.owner == owner && entry.waits());
    }

    /** Continues a backward pass where that has not happened by itself. */
    public static void goOn() {
        current().goOn(0);
    }

    /** Whether a backward pass has ended at a part and was not continued. */
    public static boolean leftOff() {
        return current().entries.stream().anyMatch(Entry::reached);
    }

    /** Whether a backward pass has to leave the graph behind, since a part's inputs will be gone back from once more. */
    static boolean keepsGraph() {
        return current().entries.stream().anyMatch(entry -> entry.behindHistory && entry.waits());
    }

    /** The number of the next part. */
    long mark() {
        return pushed;
    }

    /** A backward pass of DJL's, and what comes behind it. */
    static void continued(boolean keepGraph, BackwardBinding.Pass pass) {
        BackwardTape tape = current();
        if (tape.goingOn) {
            pass.from(keepGraph);
            return;
        }
        tape.passes++;
        try {
            pass.from(keepGraph || keepsGraph());
        } catch (EngineException e) {
            throw tape.explained(e);
        }
        tape.goOn(0);
    }

    private RuntimeException explained(EngineException e) {
        String message = String.valueOf(e.getMessage());
        boolean again = freed && (message.contains("tensor a (0)") || message.contains("output type Long"));
        return !again
                ? e
                : new IllegalStateException(
                        "expected one backward pass through a forward pass, whose graph is freed by it, got a second:"
                                + " add the losses, or run the model again",
                        e);
    }

    /** Goes through the parts that were reached, from the last to the first, back to the one numbered {@code first}. */
    void goOn(long first) {
        boolean outermost = !goingOn;
        goingOn = true;
        try {
            // What is dropped meanwhile moves the others down, never past where this comes to.
            for (int i = entries.size() - 1; i >= 0; i--) {
                Entry entry = i < entries.size() ? entries.get(i) : null;
                if (entry != null && entry.number >= first && entry.reached()) {
                    entry.spent = true;
                    entry.part.backward();
                    entry.part.leaves().stream().filter(Autograd::hasReached).forEach(Autograd::freeGradient);
                    entry.part.forget();
                    freed = true;
                }
            }
        } finally {
            if (outermost) {
                goingOn = false;
            }
        }
    }

    /** Forgets the parts from that number on. */
    void forgetFrom(long first) {
        drop(entry -> entry.number >= first);
    }

    private void drop(Predicate<Entry> which) {
        entries.removeIf(entry -> {
            boolean dropped = which.test(entry);
            if (dropped) {
                entry.part.forget();
            }
            return dropped;
        });
    }
}
