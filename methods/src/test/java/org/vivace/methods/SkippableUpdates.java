package org.vivace.methods;

import ai.djl.Model;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.vivace.contract.SmallTraining;
import org.vivace.contract.Weights;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.Training;

/** Trainings of a small network by each update that the device itself can leave out. */
final class SkippableUpdates {

    static final Function<Tracker, Optimizer> ADAM =
            rate -> Optimizer.adamW().optLearningRateTracker(rate).build();

    static final Function<Tracker, Optimizer> SGD = rate ->
            Optimizer.sgd().setLearningRateTracker(rate).optMomentum(0.9f).build();

    private SkippableUpdates() {}

    static Stream<Arguments> updates() {
        return Stream.of(
                Arguments.of(new FusedAdamW(), ADAM),
                Arguments.of(new FusedAdamW().withMaxNorm(0.1), ADAM),
                Arguments.of(new FusedSgd(), SGD),
                Arguments.of(new Muon(), ADAM),
                Arguments.of(new Muon(), SGD));
    }

    static Training training(Model model, Function<Tracker, Optimizer> optimizer, EfficiencyMethod... methods) {
        return SmallTraining.training(model).optimizer(optimizer).with(methods).seed(5);
    }

    static Weights weightsAfter(long steps, Function<Tracker, Optimizer> optimizer, EfficiencyMethod method)
            throws Exception {
        try (Model model = SmallTraining.model(SmallTraining.deep())) {
            training(model, optimizer, method).steps(steps).fit(SmallTraining.points(model.getNDManager(), false));
            return Weights.of(model);
        }
    }
}
