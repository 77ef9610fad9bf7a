package org.vivace.estimate;

import ai.djl.Device;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.optimizer.Optimizer;
import com.google.gson.JsonSyntaxException;
import com.google.gson.reflect.TypeToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.vivace.measure.Atomically;
import org.vivace.measure.Json;

/**
 * The times of operations on this machine: each kind, with its shapes and types, is timed alone on random numbers,
 * once, and the result kept in a file. The model itself is not run, and at most the weights of one operation are
 * allocated at a time.
 */
public final class OperationTimes {

    private static final long LARGEST_UPDATE = 4L << 20;

    private final Device device;
    private final Path file;
    private final Map<String, double[]> kept;

    /** Disturbed times: kept only in this object, not in the file. */
    private final Map<String, double[]> disturbed = new HashMap<>();

    /** The operations of the current estimate that other processes disturbed. */
    private final Set<String> doubted = new HashSet<>();

    private OperationTimes(Device device, Path file, Map<String, double[]> kept) {
        this.device = device;
        this.file = file;
        this.kept = kept;
    }

    /**
     * @param file with the times of this machine; need not exist
     * @throws IllegalStateException if it is not such a file
     */
    public static OperationTimes of(Device device, Path file) {
        if (!Files.exists(file)) {
            return new OperationTimes(device, file, new TreeMap<>());
        }
        try {
            Map<String, double[]> read = Json.read(Files.readString(file), new TypeToken<Map<String, double[]>>() {});
            if (read.values().stream().anyMatch(pair -> pair == null || pair.length != 2)) {
                throw new JsonSyntaxException("a pair of numbers is missing");
            }
            return new OperationTimes(device, file, new TreeMap<>(read));
        } catch (RuntimeException e) {
            // Gson throws several exception types for a broken file.
            throw new IllegalStateException(
                    "expected times of operations in " + file + ", found something else: delete that file", e);
        } catch (IOException e) {
            throw new UncheckedIOException("could not read " + file + ": " + e.getMessage(), e);
        }
    }

    /**
     * The time of a training step, or of a forward pass if the estimate is of one.
     *
     * @return in doubt if other processes disturbed every timing of one of its operations; the time of such an
     *     operation is not kept, and the next process measures it again
     */
    public StepTime of(Estimate estimate, Optimizer optimizer) {
        double forward = 0;
        double backward = 0;
        int known = kept.size();
        doubted.clear();
        for (Operation operation : estimate.operations()) {
            Recording example = estimate.example(operation.key());
            if (example.measured().filter(Measurement::disturbed).isPresent()) {
                doubted.add(operation.key());
            }
            double[] pair = example.measured()
                    .map(seen -> new double[] {
                        seen.forward().seconds(), seen.backward().seconds()
                    })
                    .orElseGet(() -> seconds(
                            operation.key(),
                            () -> repetitions(example),
                            Replay.Seconds::forward,
                            Replay.Seconds::backward));
            forward += pair[0];
            backward += operation.backward() ? pair[1] : 0;
        }
        double update = update(estimate, optimizer);
        if (kept.size() > known) {
            Atomically.write(file, Json.write(kept));
        }
        return new StepTime(forward, backward, update, doubted.size());
    }

    private double update(Estimate estimate, Optimizer optimizer) {
        if (estimate.update().equals(Update.none())) {
            return 0;
        }
        return estimate.update().fused()
                ? fusedUpdate(optimizer, estimate.trained())
                : estimate.trained().stream()
                        .mapToDouble(shape -> update(optimizer, shape.size()))
                        .sum();
    }

    private double update(Optimizer optimizer, long size) {
        long measured = Math.min(size, LARGEST_UPDATE);
        String key = "update " + optimizer.getClass().getSimpleName() + " " + measured;
        return updateSeconds(key, () -> UpdateTimes.own(optimizer, device, measured)) * size / measured;
    }

    /** All parameters in one call, timed in parts that limit the memory. */
    private double fusedUpdate(Optimizer optimizer, List<Shape> trained) {
        double sum = 0;
        List<Long> part = new ArrayList<>();
        for (Shape shape : trained) {
            if (!part.isEmpty() && values(part) + shape.size() > LARGEST_UPDATE) {
                sum += fusedPart(optimizer, part);
                part = new ArrayList<>();
            }
            part.add(shape.size());
        }
        return part.isEmpty() ? sum : sum + fusedPart(optimizer, part);
    }

    /** @param sizes of several parameters that are together small enough, or of one larger parameter */
    private double fusedPart(Optimizer optimizer, List<Long> sizes) {
        long size = values(sizes);
        List<Long> measured = size > LARGEST_UPDATE ? List.of(LARGEST_UPDATE) : List.copyOf(sizes);
        String key = "fused update " + optimizer.getClass().getSimpleName() + " " + values(measured) + " in "
                + measured.size();
        return updateSeconds(key, () -> UpdateTimes.fused(optimizer, device, measured)) * size / values(measured);
    }

    private static long values(List<Long> sizes) {
        return sizes.stream().mapToLong(Long::longValue).sum();
    }

    private double updateSeconds(String key, Supplier<RepeatedTiming<Double>> repetitions) {
        return seconds(key, repetitions, Double::doubleValue, none -> 0)[0];
    }

    private <T> double[] seconds(
            String key,
            Supplier<RepeatedTiming<T>> repetitions,
            ToDoubleFunction<T> forward,
            ToDoubleFunction<T> backward) {
        double[] undisturbed = kept.get(key);
        if (undisturbed != null) {
            return undisturbed;
        }
        double[] pair = disturbed.get(key);
        if (pair == null) {
            RepeatedTiming<T> timing = repetitions.get();
            pair = new double[] {timing.quartile(forward), timing.quartile(backward)};
            if (!timing.disturbed()) {
                kept.put(key, pair);
                return pair;
            }
            disturbed.put(key, pair);
        }
        doubted.add(key);
        return pair;
    }

    private RepeatedTiming<Replay.Seconds> repetitions(Recording recording) {
        try (OtherMemory other = new OtherMemory(device);
                Replay replay = new Replay(recording, device, other)) {
            replay.repeat();
            return RepeatedTiming.timed(device, replay::repeat);
        }
    }
}
