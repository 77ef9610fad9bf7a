package org.vivace.profile;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import ai.djl.training.Trainer;
import ai.djl.translate.TranslateException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.vivace.torch.Gradients;
import org.vivace.torch.HeldMemory;
import org.vivace.train.OptimizerMemory;

/** Steps during which the memory is sampled, where the system reports it. */
final class MemoryPass {

    /** Where the memory in use is read. */
    interface Source {

        /** Bytes in use, read between two operations; empty where the system does not report it. */
        OptionalLong now();

        /** Bytes in use, read by another thread at any moment. */
        OptionalLong sample();

        static Source of(Device device) {
            return new Source() {
                @Override
                public OptionalLong now() {
                    return HeldMemory.bytes(device);
                }

                @Override
                public OptionalLong sample() {
                    return HeldMemory.sample(device);
                }
            };
        }
    }

    private final Trainer trainer;
    private final WatchedBlocks watched;
    private final Source source;

    MemoryPass(Trainer trainer, WatchedBlocks watched, Source source) {
        this.trainer = trainer;
        this.watched = watched;
        this.source = source;
    }

    /** Why memory in use is not measured here, where it is not. */
    Optional<String> obstacle() {
        return source.now().isPresent()
                ? Optional.empty()
                : Optional.of(
                        "the memory in use is not measured, since on the CPU only Linux with glibc 2.33 or newer reports"
                                + " it, and this is another system: profile on such a machine");
    }

    /** One step; empty where the system does not report it. */
    Optional<MemoryWatch> step(TrainerStep.Watched step) throws IOException, TranslateException {
        if (obstacle().isPresent()) {
            step.run(TrainerStep.PhaseWatch.NONE);
            return Optional.empty();
        }
        MemoryWatch watch = new MemoryWatch(
                () -> source.now().orElseThrow(),
                () -> source.sample().orElseThrow(),
                watched.places().size());
        try (watch) {
            watched.watch(watch);
            step.run(watch);
        } finally {
            watched.watchNoMore();
        }
        return Optional.of(watch);
    }

    /**
     * The JVM's compiler takes memory from the same place, a few MiB at a time, and not in every step: so the median.
     */
    static long median(List<MemoryWatch> watches, ToLongFunction<MemoryWatch> bytes) {
        return watches.stream().mapToLong(bytes).sorted().toArray()[watches.size() / 2];
    }

    /** @param watches of steps; may be empty */
    MemoryProfile profile(List<MemoryWatch> watches, List<MemoryProfile.LeakedArray> leaks) {
        OptionalLong optimizer = OptimizerMemory.bytes(trainer);
        long parameters = bytes(parameters());
        long gradients = bytes(parameters().filter(Gradients::exists));
        if (watches.isEmpty()) {
            return new MemoryProfile(
                    parameters,
                    gradients,
                    optimizer,
                    OptionalLong.empty(),
                    OptionalLong.empty(),
                    OptionalLong.empty(),
                    OptionalLong.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    List.of(),
                    leaks);
        }
        long middle = median(watches, each -> each.peak().bytes());
        MemoryWatch watch = watches.stream()
                .filter(each -> each.peak().bytes() == middle)
                .findFirst()
                .orElseThrow();
        long activations = median(watches, MemoryWatch::activations);
        MemoryProfile.Moment peak = watch.peak();
        return new MemoryProfile(
                parameters,
                gradients,
                optimizer,
                OptionalLong.of(activations),
                OptionalLong.of(Math.max(0, peak.bytes() - watch.held() - activations)),
                OptionalLong.of(watch.held()),
                OptionalLong.of(peak.bytes()),
                Optional.of(peak.part()),
                watch.largest().map(block -> watched.places().get(block).path()),
                watch.points(),
                leaks);
    }

    private Stream<NDArray> parameters() {
        return trainer.getModel().getBlock().getParameters().values().stream()
                .distinct()
                .filter(Parameter::isInitialized)
                .map(Parameter::getArray);
    }

    private static long bytes(Stream<NDArray> arrays) {
        return arrays.mapToLong(
                        array -> array.getShape().size() * array.getDataType().getNumOfBytes())
                .sum();
    }
}
