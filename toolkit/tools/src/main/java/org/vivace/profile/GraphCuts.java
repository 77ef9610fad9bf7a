package org.vivace.profile;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.vivace.torch.Autograd;
import org.vivace.torch.BackwardTape;
import org.vivace.torch.DeviceWork;
import org.vivace.torch.Gradients;

/**
 * Times the backward pass of each block. The graph is cut where data enter and leave a block: the loss's own backward
 * pass ends at the last cut, and the {@link BackwardTape} takes it on from cut to cut, each stretch being the work of one
 * block.
 * The gradients that come out are the same sums of the same terms.
 */
final class GraphCuts implements WatchedBlocks.Watch {

    /** A stretch of the graph between cuts, and the block whose backward pass it is; -1 for the root's. */
    private final class Stretch implements BackwardTape.Part {

        private final NDList ends;
        private final NDList leaves;
        private final int block;

        Stretch(NDList ends, NDList leaves, int block) {
            this.ends = ends;
            this.leaves = leaves;
            this.block = block;
        }

        @Override
        public NDList leaves() {
            return leaves;
        }

        /** An array that is used by two blocks inside a third is gone through for each, so the graph has to stay. */
        @Override
        public NDList inputs() {
            return ends;
        }

        @Override
        public void backward() {
            DeviceWork.await(device);
            long begin = System.nanoTime();
            for (int i = 0; i < ends.size(); i++) {
                NDArray leaf = leaves.get(i);
                if (Gradients.exists(leaf)) {
                    Autograd.backward(ends.get(i), leaf.getGradient(), true);
                }
            }
            DeviceWork.await(device);
            if (block != ROOT) {
                nanos.add(block, System.nanoTime() - begin);
            }
        }
    }

    private static final int ROOT = -1;

    private final Device device;
    private final Deque<Integer> open = new ArrayDeque<>();
    private final BlockClock.Nanos nanos;
    /** Owns handles on the cuts' arrays, since blocks may close theirs before the backward pass; null between steps. */
    private @Nullable NDManager kept;

    GraphCuts(Device device, int blocks) {
        this.device = device;
        nanos = new BlockClock.Nanos(blocks);
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
        forget();
    }

    private void forget() {
        BackwardTape.forget(this);
        if (kept != null) {
            kept.close();
            kept = null;
        }
    }

    private NDArray kept(NDArray array) {
        if (kept == null) {
            kept = NDManager.newBaseManager(device, "PyTorch");
        }
        return Autograd.handle(array, kept);
    }

    private NDList cut(NDList arrays, int block) {
        if (!Autograd.recording()) {
            return arrays;
        }
        NDList ends = new NDList();
        NDList leaves = new NDList();
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
            BackwardTape.push(new Stretch(ends, leaves, block), this);
        }
        return after;
    }

    void endStep() {
        forget();
        nanos.endStep();
    }

    BlockClock.Nanos nanos() {
        return nanos;
    }
}
