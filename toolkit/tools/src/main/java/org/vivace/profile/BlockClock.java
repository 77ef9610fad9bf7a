package org.vivace.profile;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.ArrayDeque;
import java.util.Deque;
import org.vivace.torch.Autograd;
import org.vivace.torch.DeviceWork;

/** Times the forward pass of each block. */
final class BlockClock implements BlockWatch {

    private final Device device;
    private final Deque<Integer> open = new ArrayDeque<>();
    private final BlockNanos nanos;
    private final int[] calls;
    private int cutsItself = -1;
    private long mark;

    BlockClock(Device device, int blocks) {
        this.device = device;
        nanos = new BlockNanos(blocks);
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

    BlockNanos nanos() {
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
