package org.vivace.torch;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDList;
import ai.djl.pytorch.engine.PtNDArray;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * The points where the autograd graph of this thread's forward passes is cut, and how the backward pass continues
 * behind them. Java cannot register a hook in libtorch's backward pass. So a part of a forward pass returns leaves,
 * where libtorch's backward pass ends; the part's own backward pass runs when everything after it is done.
 *
 * <p>Every backward pass of DJL is continued this way, whichever collector, forward pass or model it belongs to. Parts
 * that it does not reach wait for the next one. If DJL's native methods cannot be replaced (Windows), the caller of the
 * backward pass calls {@link #continueBackward}.
 */
public final class BackwardTape {

    /** A part of a forward pass whose outputs are leaves. */
    public interface Part {

        /** The leaves that the rest of the forward pass uses in place of the part's outputs. */
        NDList leaves();

        /** The part's inputs. */
        NDList inputs();

        /** Continues the backward pass from the leaves' gradients, of which there is at least one. */
        void backward();

        /** Frees what the part keeps; no backward pass will reach it. */
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
    private boolean continuing;
    /** Whether there are leaves whose gradient has been used and freed. */
    private boolean freed;

    private BackwardTape() {}

    static BackwardTape current() {
        return OF_THREAD.get();
    }

    /** From now on every backward pass in this process is continued and counted, if the system allows it. */
    public static void watch() {
        BackwardBinding.install();
    }

    /** The number of backward passes on this thread since {@link #watch}, through any collector. */
    public static long passes() {
        return current().passes;
    }

    /**
     * Puts a part on the tape. Leaves and inputs must stay open until the backward pass is done; once a leaf is closed,
     * the part is forgotten.
     *
     * @param owner the key to {@link #forget} it by
     */
    public static void push(Part part, Object owner) {
        watch();
        BackwardTape tape = current();
        tape.drop(Entry::released);
        tape.entries.add(new Entry(part, owner, tape.pushed++));
    }

    /** Forgets the owner's parts on this thread, for example after forward passes that no backward pass will follow. */
    public static void forget(Object owner) {
        current().drop(entry -> entry.owner == owner);
    }

    /** Whether a part of the owner waits for a backward pass. */
    public static boolean holds(Object owner) {
        return current().entries.stream().anyMatch(entry -> entry.owner == owner && entry.waits());
    }

    /** Continues a backward pass if DJL's native method could not be replaced. */
    public static void continueBackward() {
        current().continueBackward(0);
    }

    /** Whether a backward pass has ended at a part and was not continued. */
    public static boolean isUnfinished() {
        return current().entries.stream().anyMatch(Entry::reached);
    }

    /** Whether a backward pass must retain the graph, since one from a part's inputs will follow. */
    static boolean keepsGraph() {
        return current().entries.stream().anyMatch(entry -> entry.behindHistory && entry.waits());
    }

    /** The number of the next part. */
    long mark() {
        return pushed;
    }

    /** Runs a backward pass of DJL and continues it. */
    static void continued(boolean keepGraph, BackwardBinding.Pass pass) {
        BackwardTape tape = current();
        if (tape.continuing) {
            pass.from(keepGraph);
            return;
        }
        tape.passes++;
        try {
            pass.from(keepGraph || keepsGraph());
        } catch (EngineException e) {
            throw tape.explained(e);
        }
        tape.continueBackward(0);
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

    /** Processes the parts that were reached, from the last one back to number {@code first}. */
    void continueBackward(long first) {
        boolean outermost = !continuing;
        continuing = true;
        try {
            // Parts that are dropped meanwhile move the others down, but never below the current index.
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
                continuing = false;
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
