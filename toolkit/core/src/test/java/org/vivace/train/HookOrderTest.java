package org.vivace.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.Trainer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.vivace.contract.GivenMethod;
import org.vivace.contract.SmallTraining;

/** The pseudocode of {@link Hooks}, read off two methods that write down each call. */
class HookOrderTest {

    private final List<String> calls = new ArrayList<>();
    private final Recording a = new Recording("A", calls);
    private final Recording b = new Recording("B", calls);

    @Test
    void isThatOfThePseudocode() throws Exception {
        a.phase(new Phase("the middle", 5, 0.5));
        try (Model model = SmallTraining.model(SmallTraining.mlp(0))) {
            NDManager manager = model.getNDManager();
            SmallTraining.training(model)
                    .with(a, b)
                    .steps(1)
                    .microBatches(2)
                    .fit(SmallTraining.points(manager, 4, false), SmallTraining.points(manager, 4, false));
        }

        List<String> expected = new ArrayList<>(List.of("A attach", "B attach", "A model", "B model"));
        expected.addAll(List.of("A start", "B start"));
        expected.addAll(pass("5.0"));
        expected.addAll(pass("0.0"));
        expected.addAll(pass("0.1"));
        expected.addAll(List.of("A gradients", "B gradients", "A steps now?", "B steps now?", "A update", "B update"));
        expected.addAll(List.of("B stepped", "A stepped"));
        expected.addAll(List.of("A enter EVALUATE", "B enter EVALUATE", "B leave EVALUATE", "A leave EVALUATE"));
        expected.addAll(List.of("B end", "A end", "A close", "B close"));
        assertThat(calls).containsExactlyElementsOf(expected);
    }

    private static List<String> pass(String stepAndBatch) {
        return List.of(
                "A batch " + stepAndBatch,
                "B batch " + stepAndBatch,
                "A enter TRAIN",
                "B enter TRAIN",
                "B leave TRAIN",
                "A leave TRAIN",
                "A loss",
                "B loss",
                "A enter backward",
                "B enter backward",
                "B leave backward",
                "A leave backward");
    }

    @Test
    void closesEveryScopeWhenTheModelThrows() {
        try (Model model = SmallTraining.model(SmallTraining.mlp(0));
                Run run = Run.of(model, RunSettings.none(), a, b);
                Trainer trainer =
                        model.newTrainer(SmallTraining.config(SmallTraining.classes(), SmallTraining.adam()))) {
            trainer.initialize(SmallTraining.POINTS);
            NDManager manager = model.getNDManager();
            Sample wrong =
                    new Sample(new NDList(manager.ones(new Shape(4, 6))), new NDList(manager.zeros(new Shape(4))));

            assertThatThrownBy(() -> run.step(wrong, trainer::forward, trainer.getLoss(), trainer::step))
                    .isInstanceOf(RuntimeException.class);

            assertThat(calls).endsWith("A enter TRAIN", "B enter TRAIN", "B leave TRAIN", "A leave TRAIN");
            calls.clear();
            Sample right =
                    new Sample(new NDList(manager.ones(SmallTraining.POINTS)), new NDList(manager.zeros(new Shape(4))));
            run.step(right, trainer::forward, trainer.getLoss(), trainer::step);
            assertThat(calls).as("the next step works").endsWith("B stepped", "A stepped");
        }
    }

    @Test
    void freesEveryMethodWhenOneThrowsAtTheEnd() {
        EfficiencyMethod failing = FAILING;
        Model model = SmallTraining.model(SmallTraining.mlp(0));
        Run run = Run.of(model, RunSettings.none(), a, failing);
        model.getBlock().initialize(model.getNDManager(), model.getDataType(), SmallTraining.POINTS);
        run.start();
        calls.clear();

        assertThatIllegalStateException().isThrownBy(run::close).withMessage("at the end");

        assertThat(calls).containsExactly("A close");
        model.close();
    }

    @Test
    void aClosedRunRefusesAnotherStep() {
        try (Model model = SmallTraining.model(SmallTraining.mlp(0))) {
            Run run = Run.of(model, RunSettings.none());
            run.close();
            assertThatIllegalStateException()
                    .isThrownBy(() ->
                            run.step(new Sample(new NDList(), new NDList()), x -> x, SmallTraining.classes(), () -> {}))
                    .withMessage("expected an open run, got one that is closed: make a new one");
        }
    }

    private static final EfficiencyMethod FAILING =
            GivenMethod.of("Failing", Kind.LOSS, Equivalence.BIT_EQUAL, new Hooks() {
                @Override
                public void onEnd(Run run) {
                    throw new IllegalStateException("at the end");
                }
            });
}
