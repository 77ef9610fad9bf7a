package org.vivace.notebooks;

import ai.djl.Device;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.vivace.torch.PeakMemory;
import org.vivace.train.EfficiencyMethod;

/**
 * What one training step needs, in bytes of the resident set.
 *
 * @param between held between two steps: weights, their gradients, the optimiser's state, the JVM and its libraries
 * @param peak the most held during a step
 */
record StepMemory(long between, long peak) {

    /** The option by which a fresh JVM is told to measure itself. */
    static final String OPTION = "--only-memory-of";

    /** The two sides of the comparison. */
    enum Of {
        PLAIN,
        RECIPE
    }

    private static final int STEPS_BEFORE = 2;
    private static final Pattern LINE =
            Pattern.compile("^resident between steps (\\d+) peak (\\d+)$", Pattern.MULTILINE);

    /** What the step itself keeps and lets go of again, activations for the most part. */
    long activations() {
        return peak - between;
    }

    /** @throws IllegalStateException where a step's memory is not the resident set's, or the system does not tell it */
    static void requireMeasurable(Device device) {
        if (device.isGpu() || !PeakMemory.reset()) {
            throw new IllegalStateException(
                    "memory is measured as the resident set on Linux, whose peak can be set back;"
                            + " found " + (device.isGpu() ? "the device " + device : "a system that does not allow it")
                            + ": run this on a Linux machine's CPU");
        }
    }

    /** Measures in this process, which must not have trained anything before. */
    static StepMemory measure(Workload workload, Device device, List<EfficiencyMethod> methods) {
        requireMeasurable(device);
        try (Arm arm = methods.isEmpty() ? Arm.plain(workload, device) : Arm.with(workload, device, methods)) {
            for (int i = 0; i < STEPS_BEFORE; i++) {
                arm.step();
            }
            System.gc();
            long between = PeakMemory.residentBytes().orElseThrow();
            PeakMemory.reset();
            arm.step();
            return new StepMemory(between, PeakMemory.bytes(device).orElseThrow());
        }
    }

    String toLine() {
        return "resident between steps " + between + " peak " + peak;
    }

    /**
     * Measures in a JVM of its own, whose C library gives back at once what is freed, so that memory held is memory
     * used, and whose heap has its full size from the start.
     *
     * @param arguments this command's own
     */
    static StepMemory inFreshJvm(List<String> arguments, Of side) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xms512m", "-Xmx512m", "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC"));
        command.addAll(properties());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Vivace.class.getName()));
        command.addAll(arguments);
        command.addAll(List.of(OPTION, side.name()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(Redirect.INHERIT);
        builder.environment().keySet().removeIf(name -> name.startsWith("MALLOC_"));
        builder.environment().put("MALLOC_MMAP_THRESHOLD_", "65536");
        builder.environment().put("MALLOC_TRIM_THRESHOLD_", "65536");
        return parse(output(builder));
    }

    private static List<String> properties() {
        Predicate<String> ours = name -> name.startsWith("org.slf4j") || name.startsWith("vivace.");
        return System.getProperties().stringPropertyNames().stream()
                .filter(ours)
                .map(name -> "-D" + name + "=" + System.getProperty(name))
                .toList();
    }

    private static String output(ProcessBuilder builder) {
        try {
            Process process = builder.start();
            try {
                process.getOutputStream().close();
                String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                int code = process.waitFor();
                if (code != 0) {
                    throw new IllegalStateException("expected the fresh JVM to measure, but it ended with " + code
                            + ": what it said stands above");
                }
                return text;
            } finally {
                process.destroy();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a fresh JVM could not be started: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted before the memory was measured, so nothing was written", e);
        }
    }

    static StepMemory parse(String text) {
        Matcher matcher = LINE.matcher(text);
        if (!matcher.find()) {
            throw new IllegalStateException("expected the fresh JVM to tell its memory, got: " + text.strip());
        }
        return new StepMemory(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)));
    }
}
