package org.vivace.bench;

import ai.djl.Device;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.vivace.torch.PeakMemory;

/**
 * What one training step needs, in bytes: of the resident set on the CPU, of the device's memory on CUDA.
 *
 * @param between held between two steps: weights, their gradients, the optimizer's state, and on the CPU the JVM and its
 *     libraries
 * @param peak the most held during a step
 */
record StepMemory(long between, long peak) {

    private static final Pattern LINE = Pattern.compile("^held between steps (\\d+) peak (\\d+)$", Pattern.MULTILINE);

    /** What the step itself keeps and frees again, activations for the most part. */
    long activations() {
        return peak - between;
    }

    /** Why memory cannot be measured on this machine; empty where it can. */
    static Optional<String> obstacle(Device device) {
        return device.isGpu() || PeakMemory.reset()
                ? Optional.empty()
                : Optional.of(
                        "peak memory is the resident set's on Linux, whose mark can be set back; found a system that"
                                + " does not allow it: run this on a Linux machine");
    }

    /**
     * Measures in this process, which must not have trained anything before. Where the steps follow a schedule, the peak
     * is the highest of the places at which their cost changes.
     *
     * @throws IllegalStateException where the system does not report it
     */
    static StepMemory measure(Workload workload, Device device, Arm side) {
        obstacle(device).ifPresent(why -> {
            throw new IllegalStateException(why);
        });
        // Other processes hold memory of a GPU too, and the context of this one is no matter of the model's.
        long before = device.isGpu() ? held(device) : 0;
        try (ArmTrainer arm = ArmTrainer.withBatches(workload, device, side)) {
            List<Double> changes = StepTimes.changes(arm);
            arm.at(changes.get(0)).step();
            arm.at(changes.get(changes.size() - 1)).step();
            System.gc();
            long between =
                    device.isGpu() ? held(device) : PeakMemory.residentBytes().orElseThrow();
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
            throw new IllegalStateException("expected the fresh JVM to tell its memory, got: " + text.strip());
        }
        return new StepMemory(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)));
    }
}
