package org.vivace.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDList;
import ai.djl.training.optimizer.Adam;
import ai.djl.training.optimizer.Sgd;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.vivace.estimate.Estimate;
import org.vivace.models.Gpt;
import org.vivace.train.Catalogue;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.Equivalence;
import org.vivace.train.Hooks;
import org.vivace.train.Kind;
import org.vivace.train.Pass;
import org.vivace.train.Run;
import org.vivace.train.Traits;
import org.vivace.workloads.Language;
import org.vivace.workloads.Zoo;

@Tag("slow")
class EstimateSubjectTest {

    private record Counting(List<Pass> passes) implements EfficiencyMethod {
        @Override
        public Traits traits() {
            return Traits.of(Kind.MEMORY, Equivalence.BIT_EQUAL);
        }

        @Override
        public Hooks attach(Run run) {
            return new Hooks() {
                @Override
                public NDList aroundForward(Run in, Pass pass, Supplier<NDList> forward) {
                    passes.add(pass);
                    return forward.get();
                }
            };
        }
    }

    /** Not the bare model, on which a method that works around a pass would do nothing. */
    @Test
    void theSmallModelIsUpdatedAsTheSubjectIsSoThatMethodsFindTheirOptimizer() {
        EstimateSubject images = EstimateMeasurement.small(EstimateSubject.of(new Zoo.ResNet50(2, 32)));
        assertThat(images.inputShapes()[0].dimension()).isEqualTo(4);
        assertThat(images.optimizer().get()).isInstanceOf(Sgd.class);
        EstimateSubject text =
                EstimateMeasurement.small(EstimateSubject.of(new Language(16, 1, 2, 16, 2, "wordnet", 64)));
        assertThat(text.optimizer().get()).isInstanceOf(Adam.class);
    }

    @Test
    void aPredictionIsCheckedWithItsMethods() {
        List<Pass> passes = new ArrayList<>();
        List<EfficiencyMethod> counting = List.of(new Counting(passes));
        try (EstimateTrial trial =
                new EstimateTrial(EstimateSubject.smallText(), LocalMachine.device(), counting, true)) {
            trial.pass();
        }
        assertThat(passes).containsExactly(Pass.EVALUATE);
    }

    /** What the methods declare is what they do: to the FLOPs, and to what is kept. */
    @Test
    void methodsDeclareTheirEffects() {
        EstimateSubject subject = EstimateSubject.smallText();
        Estimate plain = subject.estimator(List.of(), Device.cpu()).step();
        for (EfficiencyMethod method :
                Catalogue.parse("MixedPrecision,ActivationCheckpointing,FusedAdamW,SequenceLengthWarmup(0.5)")) {
            assertThat(subject.estimator(List.of(method), Device.cpu()).step().notes())
                    .as(method.name())
                    .isEmpty();
        }
        Estimate checkpointed = subject.estimator(Catalogue.parse("ActivationCheckpointing"), Device.cpu())
                .step();
        double head = 2.0 * 2 * 16 * 16 * 256;
        assertThat(checkpointed.forwardFlops()).isEqualTo(2 * plain.forwardFlops() - head);
        Estimate fused =
                subject.estimator(Catalogue.parse("FusedAdamW"), Device.cpu()).step();
        assertThat(fused.updateBytes()).isLessThan(plain.updateBytes() / 3);
        assertThat(plain.parameters()).isEqualTo(new Gpt.Settings(256, 16, 1, 2, 16, 0).parameterCount());
    }

    @Test
    void checkedAgainstTheRealThing() throws Exception {
        EstimateSubject subject = EstimateSubject.smallImages();
        Estimate estimate = subject.estimator(List.of(), Device.cpu()).step();
        try (EstimateTrial trial = new EstimateTrial(subject, LocalMachine.device(), List.of(), false)) {
            assertThat(trial.pass()).isPositive();
            double flops = EstimateMeasurement.flops(trial);
            assertThat(Math.abs(estimate.flops() / flops - 1)).isLessThan(0.01);
        }
        assertThat(EstimateMeasurement.parse(EstimateMeasurement.toLine(123) + "\n"))
                .isEqualTo(123);
        assertThatThrownBy(() -> EstimateMeasurement.parse("what?"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("expected the fresh JVM to report its memory, got: what?");
    }
}
