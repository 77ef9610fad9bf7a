package org.vivace.bench;

import ai.djl.Device;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.vivace.torch.HeldMemory;
import org.vivace.torch.PeakMemory;

/**
 * The memory of one training step, in bytes: of the resident set on the CPU, of the device's memory on CUDA.
 *
 * @param between held between two steps: weights, their gradients, the optimizer's state, and on the CPU the JVM and
 *     its libraries
 * @param peak the peak during a step
 */
record StepMemory(long between, long peak) {

    private static final Pattern LINE = Pattern.compile("^held between steps (\\d+) peak (\\d+)$", Pattern.MULTILINE);

    /** The memory that the step itself allocates and frees, mostly activations. */
    long activations() {
        return peak - between;
    }

    /** Why memory cannot be measured on this machine; empty if it can. */
    static Optional<String> obstacle(Device device) {
        return device.isGpu() || PeakMemory.reset()
                ? Optional.empty()
                : Optional.of("peak memory is the resident set's on Linux, whose peak can be reset; found a system that"
                        + " does not allow it: run this on a Linux machine");
    }

    /**
     * Measures in this process, which must not have trained anything before. If the steps follow a schedule, the peak
     * is the highest of those after each change of their cost.
     *
     * @throws IllegalStateException if the system does not report it
     */
    static StepMemory measure(Workload workload, Device device, Arm side) {
        obstacle(device).ifPresent(why -> {
            throw new IllegalStateException(why);
        });
        // Other processes also hold GPU memory, and this process's context is not part of the model.
        long before = device.isGpu() ? held(device) : 0;
        try (ArmTrainer arm = ArmTrainer.withBatches(workload, device, side)) {
            List<Double> changes = StepTimes.changes(arm);
            arm.at(changes.get(0)).step();
            arm.at(changes.get(changes.size() - 1)).step();
            System.gc();
            // Without the allocator's cache, which on a GPU is what the last step took.
            long between = device.isGpu()
                    ? HeldMemory.bytes(device).orElseThrow()
                    : PeakMemory.residentBytes().orElseThrow();
            PeakMemory.reset();
            changes.forEach(place -> arm.at(place).step());
            return new StepMemory(between - before, held(device) - before);
        }
    }

    private static long held(Device device) {
        return PeakMemory.bytes(device).orElseThrow();
    }

    String toLine() {
        return "held between steps " + between + " peak " + peak;
    }

    static StepMemory parse(String text) {
        Matcher matcher = LINE.matcher(text);
        if (!matcher.find()) {
            throw new IllegalStateException("expected the fresh JVM to report its memory, got: " + text.strip());
        }
        return new StepMemory(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)));
    }
}
