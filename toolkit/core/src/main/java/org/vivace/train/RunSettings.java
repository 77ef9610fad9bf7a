package org.vivace.train;

import ai.djl.training.optimizer.Optimizer;
import java.util.Optional;
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
 * @param strict false to note surgery that finds nothing in the run's log instead of failing
 */
public record RunSettings(
        OptionalLong seed,
        OptionalLong steps,
        Optional<DoubleSupplier> progress,
        Optional<Optimizer> optimizer,
        Optional<CudaKernels> kernels,
        boolean strict) {

    public static RunSettings none() {
        return new RunSettings(
                OptionalLong.empty(), OptionalLong.empty(), Optional.empty(), Optional.empty(), Optional.empty(), true);
    }

    public RunSettings seed(long value) {
        return new RunSettings(OptionalLong.of(value), steps, progress, optimizer, kernels, strict);
    }

    /** @throws IllegalArgumentException unless {@code value} is at least 1 */
    public RunSettings steps(long value) {
        if (value < 1) {
            throw new IllegalArgumentException("expected a run of at least 1 step, got " + value);
        }
        return new RunSettings(seed, OptionalLong.of(value), progress, optimizer, kernels, strict);
    }

    public RunSettings progress(DoubleSupplier value) {
        return new RunSettings(seed, steps, Optional.of(value), optimizer, kernels, strict);
    }

    public RunSettings optimizer(Optimizer value) {
        return new RunSettings(seed, steps, progress, Optional.of(value), kernels, strict);
    }

    /** Ignored by the CPU's kernels where they have no TF32. */
    public RunSettings kernels(CudaKernels value) {
        return new RunSettings(seed, steps, progress, optimizer, Optional.of(value), strict);
    }

    /** Surgery that finds nothing to act on is noted instead of refused. */
    public RunSettings lenient() {
        return new RunSettings(seed, steps, progress, optimizer, kernels, false);
    }
}
