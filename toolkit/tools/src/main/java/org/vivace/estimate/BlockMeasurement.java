package org.vivace.estimate;

import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;
import org.vivace.torch.HeldMemory;
import org.vivace.trace.Operator;
import org.vivace.trace.Operators;
import org.vivace.trace.StepPhase;

/**
 * Measures the cost of a block: runs it alone a few times, once with its operators recorded, otherwise timed or with
 * the memory in use read, and frees everything afterwards.
 *
 * <p>If the system does not report the memory in use, only that of the block's results is counted; on a GPU, whose
 * operators do not report allocations, temporary memory within the block is not counted.
 */
final class BlockMeasurement {

    private record Seconds(double forward, double backward) {}

    /** Bytes in use above those before the forward pass, without the inputs' gradients. */
    private record Held(long afterForward, long afterBackward) {}

    /** The JVM's compiler allocates and frees some MiB in a few of them. */
    private static final int MEMORY_REPETITIONS = 9;

    private final RealPass.Setting setting;
    private final NDManager manager;
    private final RealParameters parameters;

    private BlockMeasurement(RealPass.Setting setting, NDManager manager) {
        this.setting = setting;
        this.manager = manager;
        parameters = new RealParameters(manager, setting.images());
    }

    /** @throws RuntimeException that running it throws */
    static Measurement of(RealPass.Setting setting) {
        try (NDManager manager = NDManager.newBaseManager(setting.device())) {
            return new BlockMeasurement(setting, manager).measure();
        }
    }

    private Measurement measure() {
        // The first pass allocates the weights and their gradients, which remain.
        List<Measurement.Output> outputs = pass(pass -> {
            pass.forward();
            List<Measurement.Output> seen = pass.outputs();
            pass.prepareBackward();
            pass.backward();
            return seen;
        });
        Operators operators = pass(this::operators);
        RepeatedTiming<Seconds> seconds = timed();
        long made = outputs.stream()
                .filter(output -> output.input() < 0)
                .mapToLong(output -> output.shape().size() * output.type().getNumOfBytes())
                .sum();
        Held held = memory().isPresent() ? held(made) : new Held(made, made);
        long afterForward = held.afterForward();
        long withoutHandles = memory().isPresent() && setting.recorded() ? withoutHandles(made, afterForward) : made;
        long kept = afterForward - withoutHandles;
        long saved = afterForward - held.afterBackward();
        return new Measurement(
                outputs,
                work(operators, StepPhase.FORWARD, seconds.quartile(Seconds::forward), afterForward),
                work(operators, StepPhase.BACKWARD, seconds.quartile(Seconds::backward), 0),
                kept,
                Math.max(0, afterForward - made - kept - saved),
                saved,
                seconds.disturbed());
    }

    private <T> T pass(Function<RealPass, T> work) {
        try (RealPass pass = new RealPass(setting, parameters, manager)) {
            return work.apply(pass);
        }
    }

    private Operators operators(RealPass pass) {
        return Operators.record(() -> {
            Operators.during(StepPhase.FORWARD, pass::forward);
            // Also if no backward pass follows, since an empty trace cannot be read.
            Operators.during(StepPhase.LOSS, pass::prepareBackward);
            Operators.during(StepPhase.BACKWARD, pass::backward);
        });
    }

    private static Measurement.Work work(Operators operators, StepPhase part, double seconds, long atLeast) {
        double flops = operators.all().stream()
                .filter(each -> each.phase() == part)
                .mapToDouble(Operator::productFlops)
                .sum();
        long bytes = operators.all().stream()
                .filter(each -> each.phase() == part)
                .mapToLong(each -> each.bytes().orElse(0))
                .sum();
        return new Measurement.Work(flops, bytes, seconds, Math.max(atLeast, TakenMemory.peak(operators.all(), part)));
    }

    private RepeatedTiming<Seconds> timed() {
        try (OtherMemory other = new OtherMemory(setting.device())) {
            return RepeatedTiming.timed(
                    setting.device(),
                    () -> pass(pass -> {
                        double forward = seconds(other, pass::forward);
                        pass.prepareBackward();
                        return new Seconds(forward, seconds(other, pass::backward));
                    }));
        }
    }

    private static double seconds(OtherMemory other, Runnable part) {
        other.touch();
        long begin = System.nanoTime();
        part.run();
        return (System.nanoTime() - begin) / 1e9;
    }

    private OptionalLong memory() {
        return HeldMemory.bytes(setting.device());
    }

    private Held held(long made) {
        RepeatedTiming<Held> repetitions = RepeatedTiming.atLeast(
                MEMORY_REPETITIONS,
                () -> pass(pass -> {
                    long before = memory().orElseThrow();
                    pass.forward();
                    long afterForward = memory().orElseThrow() - before;
                    pass.prepareBackward();
                    pass.backward();
                    pass.closeGradient();
                    return new Held(afterForward, memory().orElseThrow() - before - pass.gradientBytes());
                }));
        long afterForward = Math.max(made, (long) repetitions.median(Held::afterForward));
        long afterBackward = (long) repetitions.median(Held::afterBackward);
        return new Held(afterForward, Math.min(afterForward, Math.max(made, afterBackward)));
    }

    /** The memory in use after the forward pass by the outputs and by autograd alone. */
    private long withoutHandles(long made, long afterForward) {
        RepeatedTiming<Long> repetitions = RepeatedTiming.atLeast(
                MEMORY_REPETITIONS,
                () -> pass(pass -> {
                    long before = memory().orElseThrow();
                    pass.forward();
                    pass.closeIntermediate();
                    return memory().orElseThrow() - before;
                }));
        return Math.min(afterForward, Math.max(made, (long) repetitions.median(Long::doubleValue)));
    }
}
