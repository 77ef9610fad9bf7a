package org.vivace.profile;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.vivace.torch.Autograd;
import org.vivace.torch.DeviceWork;
import org.vivace.torch.Gradients;

/**
 * Times the backward pass of each block. The graph is cut where data enter and leave a block: the loss's own backward
 * pass ends at the last cut, and {@link #backward} takes it on from cut to cut, each stretch being the work of one block.
 * The gradients that come out are the same sums of the same terms.
 */
final class GraphCuts implements BlockWatch {

    /** Where the graph was cut, and the block whose backward pass starts there; -1 for the root's. */
    private record Cut(List<NDArray> ends, List<NDArray> leaves, int block) {}

    private static final int ROOT = -1;

    private final Device device;
    private final Deque<Cut> cuts = new ArrayDeque<>();
    private final Deque<Integer> open = new ArrayDeque<>();
    private final BlockNanos nanos;
    /** Owns handles on the cuts' arrays, since blocks may close theirs before the backward pass; null between steps. */
    private NDManager kept;

    GraphCuts(Device device, int blocks) {
        this.device = device;
        nanos = new BlockNanos(blocks);
    }

    @Override
    public NDList enter(int block, NDList inputs) {
        NDList cut = cut(inputs, open.isEmpty() ? ROOT : open.peek());
        open.push(block);
        return cut;
    }

    @Override
    public NDList leave(int block, NDList inputs, NDList outputs) {
        open.pop();
        return cut(outputs, block);
    }

    @Override
    public void fail(int block) {
        open.clear();
        cuts.clear();
        closeKept();
    }

    private NDArray kept(NDArray array) {
        if (kept == null) {
            kept = NDManager.newBaseManager(device, "PyTorch");
        }
        return Autograd.handle(array, kept);
    }

    private void closeKept() {
        if (kept != null) {
            kept.close();
            kept = null;
        }
    }

    private NDList cut(NDList arrays, int block) {
        if (!Autograd.recording()) {
            return arrays;
        }
        List<NDArray> ends = new ArrayList<>();
        List<NDArray> leaves = new ArrayList<>();
        NDList after = new NDList();
        for (NDArray array : arrays) {
            // What is a leaf already, a cut just made for instance, needs no other.
            if (Autograd.reaches(array) && !Autograd.endsAt(array)) {
                NDArray leaf = Autograd.leaf(array);
                leaf.setName(array.getName());
                ends.add(kept(array));
                leaves.add(kept(leaf));
                after.add(leaf);
            } else {
                after.add(array);
            }
        }
        if (!ends.isEmpty()) {
            cuts.push(new Cut(ends, leaves, block));
        }
        return after;
    }

    /**
     * Goes on with the backward pass from the last cut to the first. An array that is used by two blocks inside a third
     * is gone through for each, so every stretch keeps its graph.
     */
    void backward() {
        while (!cuts.isEmpty()) {
            Cut cut = cuts.pop();
            DeviceWork.await(device);
            long begin = System.nanoTime();
            for (int i = 0; i < cut.ends().size(); i++) {
                NDArray leaf = cut.leaves().get(i);
                if (Gradients.exists(leaf)) {
                    Autograd.backward(cut.ends().get(i), leaf.getGradient(), true);
                }
            }
            DeviceWork.await(device);
            if (cut.block() != ROOT) {
                nanos.add(cut.block(), System.nanoTime() - begin);
            }
        }
        closeKept();
    }

    void endStep() {
        nanos.endStep();
    }

    BlockNanos nanos() {
        return nanos;
    }
}
