package org.vivace.train;

import ai.djl.Device;
import ai.djl.training.optimizer.Optimizer;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.DoubleSupplier;
import org.vivace.torch.CudaKernels;

/**
 * The settings of a run besides its methods.
 *
 * @param seed if given, the run reseeds libtorch and DJL at each step from (seed, step), so that a step's random
 *     numbers do not depend on how it was reached
 * @param steps if known, the run's length; methods that act over a share of the run need it
 * @param progress if given, the share of the run that is done, in [0, 1], in place of the step count: a clock, for a
 *     run that is limited by time
 * @param optimizer if given, the optimizer; a method that replaces it uses its settings and schedule
 * @param kernels if given, what libtorch may use on CUDA during this run's passes and updates, and only then
 * @param prefetch whether the loops of {@link Training} and {@link EfficientTrainer} load each batch during the step
 *     before it
 * @param readEvery the number of steps that are read together, where they need not be read each by itself
 * @param strict false to note surgery that finds nothing in the run's log instead of failing
 */
public record RunSettings(
        OptionalLong seed,
        OptionalLong steps,
        Optional<DoubleSupplier> progress,
        Optional<Optimizer> optimizer,
        Optional<CudaKernels> kernels,
        boolean prefetch,
        OptionalInt readEvery,
        boolean strict) {

    private static final int READ_EVERY_ON_GPU = 16;

    public static RunSettings none() {
        return new RunSettings(
                OptionalLong.empty(),
                OptionalLong.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false,
                OptionalInt.empty(),
                true);
    }

    public RunSettings seed(long value) {
        return new RunSettings(
                OptionalLong.of(value), steps, progress, optimizer, kernels, prefetch, readEvery, strict);
    }

    /** @throws IllegalArgumentException unless {@code value} is at least 1 */
    public RunSettings steps(long value) {
        if (value < 1) {
            throw new IllegalArgumentException("expected a run of at least 1 step, got " + value);
        }
        return new RunSettings(seed, OptionalLong.of(value), progress, optimizer, kernels, prefetch, readEvery, strict);
    }

    public RunSettings progress(DoubleSupplier value) {
        return new RunSettings(seed, steps, Optional.of(value), optimizer, kernels, prefetch, readEvery, strict);
    }

    public RunSettings optimizer(Optimizer value) {
        return new RunSettings(seed, steps, progress, Optional.of(value), kernels, prefetch, readEvery, strict);
    }

    /** Ignored by the CPU's kernels where they have no TF32. */
    public RunSettings kernels(CudaKernels value) {
        return new RunSettings(seed, steps, progress, optimizer, Optional.of(value), prefetch, readEvery, strict);
    }

    /**
     * Loads each batch in host memory while a GPU computes the step before it, and copies it there from pinned memory.
     * The data set gets a manager of the host, so its own arrays must be there too; a batch of a subclass becomes a plain
     * {@code Batch}, which splits along its first axis. Nothing is gained on a CPU, which
     * computes on the thread that would load.
     */
    public RunSettings prefetched() {
        return new RunSettings(seed, steps, progress, optimizer, kernels, true, readEvery, strict);
    }

    /**
     * Reads losses, and whether they and the gradients were finite, every so many steps; 16 by default on a GPU, whose
     * host does not wait for it in between, and 1 on the CPU. A run that diverges ends at that read, with its weights as
     * before the step that diverged: from then on the device leaves the updates out.
     *
     * <p>Each step is read where the update cannot be left out on the device, as with DJL's own optimizers, where a
     * method decides about each step, as fp16's loss scaling does, with {@link Training#onStep}, and where parts of a
     * batch are compared: with {@link Training#microBatches}, and in the first ten steps with {@link Training#devices}.
     *
     * @throws IllegalArgumentException unless {@code steps} is at least 1
     */
    public RunSettings readEvery(int steps) {
        if (steps < 1) {
            throw new IllegalArgumentException("expected to read every 1 or more steps, got " + steps);
        }
        return new RunSettings(seed, this.steps, progress, optimizer, kernels, prefetch, OptionalInt.of(steps), strict);
    }

    int readEvery(Device device) {
        return readEvery.orElse(device.isGpu() ? READ_EVERY_ON_GPU : 1);
    }

    /** Surgery that finds nothing to act on is noted instead of refused. */
    public RunSettings lenient() {
        return new RunSettings(seed, steps, progress, optimizer, kernels, prefetch, readEvery, false);
    }
}
