package org.vivace.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.training.EasyTrain;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.vivace.contract.GivenMethod;
import org.vivace.contract.SmallTraining;
import org.vivace.contract.Weights;
import org.vivace.torch.Gradients;

class PreflightTest {

    private static final Phase FIRST = new Phase("the first half", 0, 0);
    private static final Phase LAST = new Phase("the second half", 50, 0.5);

    private final List<String> calls = new ArrayList<>();
    private final Recording phased = new Recording("Phased", calls).phase(FIRST).phase(LAST);

    @Test
    void rehearsesEachPhaseOncePerRun() throws Exception {
        try (Model model = SmallTraining.model(SmallTraining.mlp(0))) {
            SmallTraining.training(model).with(phased).steps(3).fit(SmallTraining.points(model.getNDManager(), false));
        }

        assertThat(calls.stream().filter(call -> call.contains("batch")))
                .containsExactly(
                        "Phased batch 0.0",
                        "Phased batch 50.0",
                        "Phased batch 0.0",
                        "Phased batch 1.0",
                        "Phased batch 2.0");
        assertThat(calls.stream().filter(call -> call.contains("gradients"))).hasSize(3);
    }

    @Test
    void leavesNoTraceInWeightsStatisticsAndRandomNumbers() throws Exception {
        assertThat(trained(phased)).isEqualTo(trained());
    }

    private static Weights trained(EfficiencyMethod... methods) throws Exception {
        SequentialBlock block = new SequentialBlock()
                .add(BatchNorm.builder().build())
                .add(SmallTraining.mlp(0.3))
                .add(BatchNorm.builder().build());
        try (Model model = SmallTraining.model(block);
                Trainer trainer = new EfficientTrainer(
                        model,
                        SmallTraining.config(SmallTraining.classes(), SmallTraining.adam()),
                        RunSettings.none().seed(5),
                        methods)) {
            trainer.initialize(SmallTraining.POINTS);
            EasyTrain.fit(trainer, 1, SmallTraining.points(model.getNDManager(), true), null);
            return Weights.of(model);
        }
    }

    @Test
    void leavesWeightsAndStatisticsUntouchedAndGradientsZero() {
        SequentialBlock block = new SequentialBlock()
                .add(SmallTraining.mlp(0))
                .add(BatchNorm.builder().build());
        try (Model model = SmallTraining.model(block);
                EfficientTrainer trainer = new EfficientTrainer(
                        model, SmallTraining.config(SmallTraining.classes(), SmallTraining.adam()), phased)) {
            trainer.initialize(SmallTraining.POINTS);
            Weights before = Weights.of(model);
            int managed = model.getNDManager().getManagedArrays().size();
            try (NDManager batch = model.getNDManager().newSubManager();
                    GradientCollector collector = trainer.newGradientCollector()) {
                Sample sample = new Sample(
                        new NDList(batch.randomNormal(SmallTraining.POINTS)), new NDList(batch.zeros(new Shape(4))));

                trainer.run()
                        .preflight(
                                sample,
                                data -> model.getBlock()
                                        .forward(new ai.djl.training.ParameterStore(batch, false), data, true),
                                SmallTraining.classes(),
                                collector::backward);

                assertThat(sample.data().head().getManager()).isSameAs(batch);
            }
            assertThat(Weights.of(model)).isEqualTo(before);
            assertThat(model.getNDManager().getManagedArrays().size()).isEqualTo(managed);
            for (Parameter parameter : block.getParameters().values()) {
                if (parameter.requiresGradient()) {
                    assertThat(Gradients.exists(parameter.getArray())).isTrue();
                    try (NDArray gradient = parameter.getArray().getGradient()) {
                        assertThat(gradient.abs().max().getFloat()).isZero();
                    }
                }
            }
        }
    }

    /** Cannot do a pass at its last phase. */
    private static final EfficiencyMethod OUTGROWING =
            GivenMethod.of("Outgrowing", Kind.SCHEDULE, Equivalence.CHANGES_TRAINING, new Hooks() {
                @Override
                public List<Phase> phases(Run run) {
                    return List.of(FIRST, LAST);
                }

                @Override
                public Sample onBatch(Run run, Sample sample) {
                    if (run.progress() >= 0.5) {
                        throw new IllegalArgumentException("context must be at most 8, got 16");
                    }
                    return sample;
                }
            });

    @Test
    void failsWithTheNameOfThePhase() {
        try (Model model = SmallTraining.model(SmallTraining.mlp(0))) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> SmallTraining.training(model)
                            .with(OUTGROWING)
                            .steps(100)
                            .fit(SmallTraining.points(model.getNDManager(), false)))
                    .withMessage("the pre-flight of the second half failed, so the run would have failed there: context"
                            + " must be at most 8, got 16");
            assertThat(model.getBlock().getParameters().values())
                    .allMatch(parameter ->
                            parameter.getArray().getGradient().abs().max().getFloat() == 0);
        }
    }

    /** Takes its time in the pre-flight only. */
    private static final EfficiencyMethod SLOW =
            GivenMethod.of("Slow", Kind.SCHEDULE, Equivalence.BIT_EQUAL, new Hooks() {
                @Override
                public List<Phase> phases(Run run) {
                    return List.of(LAST);
                }

                @Override
                public Sample onBatch(Run run, Sample sample) {
                    long until = System.nanoTime() + 2_000_000_000L;
                    while (run.step() == LAST.step() && System.nanoTime() < until) {
                        Thread.onSpinWait();
                    }
                    return sample;
                }
            });

    @Tag("clock")
    @Test
    void isNotCountedAsTrainingTime() throws Exception {
        try (Model model = SmallTraining.model(SmallTraining.mlp(0))) {
            long begin = System.nanoTime();
            TrainingRecord record = SmallTraining.training(model)
                    .with(SLOW)
                    .steps(2)
                    .fit(SmallTraining.points(model.getNDManager(), false));
            double whole = (System.nanoTime() - begin) / 1e9;

            assertThat(record.seconds()).isPositive().isLessThan(whole - 2);
            assertThat(record.curve().get(0).seconds()).isPositive();
        }
    }
}
