package org.vivace.profile;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.vivace.measure.Statistics;
import org.vivace.torch.Autograd;
import org.vivace.torch.DeviceWork;

/** Times the forward pass of each block. */
final class BlockClock implements WatchedBlocks.Watch {

    /** The own time of each block in each step. */
    static final class Nanos {

        private final List<long[]> steps = new ArrayList<>();
        private long[] current;

        Nanos(int blocks) {
            current = new long[blocks];
        }

        void add(int block, long nanos) {
            current[block] += nanos;
        }

        void endStep() {
            steps.add(current);
            current = new long[current.length];
        }

        int steps() {
            return steps.size();
        }

        /** Median milliseconds in a step of several blocks together: of one, its own time; of a subtree, all of its root's. */
        double millis(List<Integer> blocks) {
            return Statistics.median(steps.stream()
                    .mapToDouble(step ->
                            blocks.stream().mapToLong(block -> step[block]).sum() / 1e6)
                    .toArray());
        }
    }

    private final Device device;
    private final Deque<Integer> open = new ArrayDeque<>();
    private final Nanos nanos;
    private final int[] calls;
    private int cutsItself = -1;
    private long mark;

    BlockClock(Device device, int blocks) {
        this.device = device;
        nanos = new Nanos(blocks);
        calls = new int[blocks];
    }

    @Override
    public NDList enter(int block, NDList inputs) {
        settle();
        open.push(block);
        calls[block]++;
        return inputs;
    }

    @Override
    public NDList leave(int block, NDList inputs, NDList outputs) {
        settle();
        open.pop();
        if (cutsItself < 0 && Autograd.recording()) {
            for (NDArray output : outputs) {
                if (Autograd.endsAt(output) && !inputs.contains(output)) {
                    cutsItself = block;
                }
            }
            mark = System.nanoTime();
        }
        return outputs;
    }

    @Override
    public void fail(int block) {
        open.clear();
    }

    private void settle() {
        DeviceWork.await(device);
        long now = System.nanoTime();
        if (!open.isEmpty()) {
            nanos.add(open.peek(), now - mark);
        }
        mark = now;
    }

    void endStep() {
        nanos.endStep();
    }

    Nanos nanos() {
        return nanos;
    }

    /** The mean over the steps. */
    double callsAStep(int block) {
        return (double) calls[block] / nanos.steps();
    }

    /**
     * The first block whose outputs end the backward pass although it computed them, or -1: something, for instance
     * checkpointing, goes on from there by itself, and more cuts in the graph would come between.
     */
    int cutsItself() {
        return cutsItself;
    }
}
