package org.vivace.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.training.EasyTrain;
import ai.djl.training.dataset.Batch;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.vivace.contract.GivenMethod;
import org.vivace.contract.SmallTraining;
import org.vivace.contract.Weights;
import org.vivace.torch.HostTraffic;
import org.vivace.torch.HostTransfer;

/** What decides about a step is read once, before its update, for all that asked for it. */
class FindingsTest {

    /** Asks for the loss and for a number of its own, and writes down when it gets them. */
    private static GivenMethod asking(String name, List<String> events) {
        return GivenMethod.of(name, Kind.LOSS, Equivalence.BIT_EQUAL, new Hooks() {
            @Override
            public List<Phase> phases(Run run) {
                return List.of(new Phase("the only one", 0, 0));
            }

            @Override
            public NDArray onLoss(Run run, NDArray loss, Sample sample, NDList predictions) {
                try (NDArray twice = loss.add(loss)) {
                    run.findings().add(twice, read -> events.add(name + " got " + read.length));
                }
                return loss;
            }

            @Override
            public void onGradients(Run run) {
                events.add(name + " gradients");
            }

            @Override
            public boolean stepsNow(Run run) {
                events.add(name + " steps");
                return true;
            }
        });
    }

    @Test
    void comeInTheOrderInWhichTheyWereAddedBetweenGradientsAndDecision() {
        List<String> events = new ArrayList<>();
        step(asking("A", events), asking("B", events));
        assertThat(events)
                .as("once a step, and not in the pre-flight")
                .containsExactly("A gradients", "B gradients", "A got 1", "B got 1", "A steps", "B steps");
    }

    @Test
    void areTheValuesInFp32() {
        List<float[]> found = new ArrayList<>();
        step(GivenMethod.of("Asking", Kind.LOSS, Equivalence.BIT_EQUAL, new Hooks() {
            @Override
            public void onGradients(Run run) {
                try (NDArray ids = run.model().getNDManager().create(new long[][] {{1, 2}, {3, 4}})) {
                    run.findings().add(ids, found::add);
                }
            }
        }));
        assertThat(found).hasSize(1);
        assertThat(found.get(0)).containsExactly(1, 2, 3, 4);
    }

    @Test
    void mayRefuseTheUpdate() {
        GivenMethod refusing = GivenMethod.of("Refusing", Kind.LOSS, Equivalence.BIT_EQUAL, new Hooks() {
            @Override
            public NDArray onLoss(Run run, NDArray loss, Sample sample, NDList predictions) {
                run.findings().add(loss, read -> {
                    throw new IllegalArgumentException("refused " + (read[0] > 0));
                });
                return loss;
            }
        });
        try (Model model = SmallTraining.model(SmallTraining.mlp(0));
                EfficientTrainer trainer = trainer(model, refusing)) {
            Weights before = Weights.of(model);
            assertThatThrownBy(() -> step(model, trainer)).hasMessage("refused true");
            assertThat(Weights.of(model)).isEqualTo(before);
        }
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "DJL's native methods are not bound anew there")
    void areReadTogetherAlsoInMicroBatches() throws Exception {
        List<HostTransfer> all = new ArrayList<>();
        try (Model model = SmallTraining.model(SmallTraining.mlp(0));
                HostTraffic traffic = HostTraffic.on(Device.cpu())) {
            SmallTraining.training(model)
                    .microBatches(2)
                    .with(asking("A", new ArrayList<>()), asking("B", new ArrayList<>()))
                    .seed(3)
                    .steps(6)
                    .onStep(point -> {
                        if (point.step() > 2) {
                            all.addAll(traffic.transfers());
                        }
                        traffic.restart();
                    })
                    .fit(SmallTraining.points(model.getNDManager(), false));
        }
        assertThat(all)
                .filteredOn(each -> each.actor().startsWith("org.vivace."))
                .as(() -> HostTraffic.report(all))
                .hasSize(3)
                .allMatch(each -> each.actor().contains(".readWithGradients("));
    }

    private static EfficientTrainer trainer(Model model, EfficiencyMethod... methods) {
        EfficientTrainer trainer = new EfficientTrainer(
                model, SmallTraining.config(SmallTraining.classes(), SmallTraining.adam()), methods);
        trainer.initialize(SmallTraining.POINTS);
        return trainer;
    }

    private static void step(EfficiencyMethod... methods) {
        try (Model model = SmallTraining.model(SmallTraining.mlp(0));
                EfficientTrainer trainer = trainer(model, methods)) {
            step(model, trainer);
        }
    }

    private static void step(Model model, EfficientTrainer trainer) {
        try (Batch batch = firstBatch(model, trainer)) {
            EasyTrain.trainBatch(trainer, batch);
            trainer.step();
        }
    }

    private static Batch firstBatch(Model model, EfficientTrainer trainer) {
        try {
            return trainer.iterateDataset(SmallTraining.points(model.getNDManager(), false))
                    .iterator()
                    .next();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
