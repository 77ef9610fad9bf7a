package org.vivace.profile;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.dataset.RandomAccessDataset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.vivace.measure.Calibration;
import org.vivace.torch.MemoryFormat;
import org.vivace.torch.Precision;
import org.vivace.trace.Operators;
import org.vivace.train.Effect;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.EfficientTrainer;
import org.vivace.train.TrainerOptimizer;

/**
 * Comes to a verdict about the steps of a trainer.
 *
 * @param machine what it can do at best
 * @param catalogue the methods that may be named as remedies
 */
record BottleneckAnalysis(Calibration machine, List<EfficiencyMethod> catalogue) {

    /** What the batches of the profiled steps looked like. */
    static final class Batches {

        private Shape input = new Shape();
        private boolean sequences;
        private double padded;
        private int seen;

        void look(Batch batch) {
            NDArray first = batch.getData().head();
            input = first.getShape();
            sequences = PaddingWaste.share(first).isPresent();
            padded += PaddingWaste.share(first).orElse(0);
            seen++;
        }

        private double paddingShare() {
            return seen == 0 ? 0 : padded / seen;
        }
    }

    /** @param operators of {@code steps} steps */
    StepVerdict judge(
            Trainer trainer, Dataset dataset, Batches batches, Profile profile, Operators operators, int steps) {
        List<EfficiencyMethod> inForce = trainer instanceof EfficientTrainer efficient
                ? efficient.run().recipe().methods()
                : List.of();
        StepWork work = new StepWork(profile.split(), operators.all(), steps, roofs(inForce));
        MemoryProfile memory = profile.memory();
        StepFacts facts = new StepFacts(
                dataset instanceof RandomAccessDataset && !(dataset instanceof ArrayDataset),
                batches.sequences,
                batches.paddingShare(),
                batches.input,
                slowest(profile.listenerMillis()),
                (int) trainer.getModel().getBlock().getParameters().values().stream()
                        .distinct()
                        .filter(parameter -> parameter.requiresGradient())
                        .count(),
                memory.parameterBytes(),
                memory.optimizerBytes() == null ? 0 : memory.optimizerBytes());
        List<EfficiencyMethod> candidates = catalogue.stream()
                .filter(method -> fits(method, inForce, trainer))
                .toList();
        return Diagnosis.of(work, facts, candidates);
    }

    private Roofs roofs(List<EfficiencyMethod> inForce) {
        Precision precision = Precision.FLOAT32;
        MemoryFormat layout = MemoryFormat.CONTIGUOUS;
        for (Effect effect : effects(inForce).toList()) {
            if (effect instanceof Effect.LowPrecision low) {
                precision = low.precision();
            } else if (effect instanceof Effect.ImageLayout) {
                layout = MemoryFormat.CHANNELS_LAST;
            }
        }
        return new Roofs(machine, precision, layout);
    }

    private static boolean fits(EfficiencyMethod method, List<EfficiencyMethod> inForce, Trainer trainer) {
        boolean there = inForce.stream().anyMatch(each -> each.name().equals(method.name()));
        return !there
                && effects(List.of(method))
                        .allMatch(effect -> !(effect instanceof Effect.FusedUpdate fused)
                                || fused.of()
                                        .contains(TrainerOptimizer.of(trainer).getClass()));
    }

    private static Stream<Effect> effects(List<EfficiencyMethod> methods) {
        return methods.stream().flatMap(method -> method.effects().stream());
    }

    private static Optional<String> slowest(Map<String, Double> listenerMillis) {
        return listenerMillis.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey);
    }
}
