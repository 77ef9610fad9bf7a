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
import java.util.stream.Stream;
import org.vivace.torch.Gradients;
import org.vivace.torch.HeldMemory;
import org.vivace.train.OptimizerMemory;

/** Steps with the memory watched, where the system tells it. */
final class MemoryPass {

    /** A step that tells where it is. */
    @FunctionalInterface
    interface Step {
        void run(Borders at) throws IOException, TranslateException;
    }

    private final Trainer trainer;
    private final WatchedBlocks watched;
    private final Device device;

    MemoryPass(Trainer trainer, WatchedBlocks watched) {
        this.trainer = trainer;
        this.watched = watched;
        device = trainer.getDevices()[0];
    }

    /** Why memory in use is not measured here, where it is not. */
    Optional<String> obstacle() {
        return HeldMemory.bytes(device).isPresent()
                ? Optional.empty()
                : Optional.of("the memory in use is not measured, since only Linux with glibc 2.33 or newer tells it on"
                        + " the CPU, and this is another system: profile on such a machine");
    }

    /** One step; null where the system does not tell. */
    MemoryWatch step(Step step) throws IOException, TranslateException {
        if (obstacle().isPresent()) {
            return null;
        }
        MemoryWatch watch = new MemoryWatch(
                () -> HeldMemory.bytes(device).orElseThrow(),
                () -> HeldMemory.sample(device).orElseThrow(),
                watched.places().size());
        try (watch) {
            watched.watch(watch);
            step.run(watch);
        } finally {
            watched.watch(null);
        }
        return watch;
    }

    /** @param watch of a step, or null */
    MemoryProfile profile(MemoryWatch watch, List<LeakedArray> leaks) {
        OptionalLong optimizer = OptimizerMemory.bytes(trainer);
        long parameters = bytes(parameters());
        long gradients = bytes(parameters().filter(Gradients::exists));
        Long kept = optimizer.isPresent() ? optimizer.getAsLong() : null;
        if (watch == null) {
            return new MemoryProfile(parameters, gradients, kept, null, null, null, null, null, null, List.of(), leaks);
        }
        MemoryPoint peak = watch.peak();
        int largest = watch.largest();
        return new MemoryProfile(
                parameters,
                gradients,
                kept,
                watch.activations(),
                Math.max(0, peak.bytes() - watch.held() - watch.activations()),
                watch.held(),
                peak.bytes(),
                peak.part(),
                largest < 0 ? null : watched.places().get(largest).path(),
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
