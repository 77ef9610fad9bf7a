package org.vivace.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vivace.torch.HostTransfer;
import org.vivace.train.Equivalence;
import org.vivace.train.Hooks;
import org.vivace.train.Kind;
import org.vivace.train.Pass;
import org.vivace.train.Run;
import org.vivace.train.Sample;

/** The contract's count of waits in a step finds what a method does at any place of it, and nothing else. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "DJL's native methods are not bound anew there")
class StepTrafficTest {

    /** Waits at five places: a number, a value, a value, a number, a value. */
    private static final Hooks WAITING = new Hooks() {
        @Override
        public Sample onBatch(Run run, Sample sample) {
            return new Sample(new NDList(sample.data().head().mul(2)), sample.labels());
        }

        @Override
        public NDList aroundForward(Run run, Pass pass, Supplier<NDList> forward) {
            NDList outputs = forward.get();
            outputs.head().toFloatArray();
            return outputs;
        }

        @Override
        public NDArray onLoss(Run run, NDArray loss, Sample sample, NDList predictions) {
            loss.getFloat();
            return loss;
        }

        @Override
        public void onGradients(Run run) {
            try (NDArray gradient = run.parameters().get(0).array().getGradient()) {
                gradient.muli(0.5f);
            }
        }

        @Override
        public void onStepped(Run run) {
            run.parameters().get(0).array().toFloatArray();
        }
    };

    private static final MethodRow ROW = row(WAITING);

    private static MethodRow row(Hooks hooks) {
        return MethodRow.of(
                GivenMethod.of("Waiting", Kind.LOSS, Equivalence.CHANGES_TRAINING, hooks), SmallModel.DENSE);
    }

    @ParameterizedTest
    @EnumSource(Faces.class)
    void findsEachPlaceInEachFace(Faces face) throws Exception {
        List<HostTransfer> found = StepTraffic.ofMethods(face, SmallModel.DENSE, ROW, ROW.recipe());
        for (String hook : List.of("onBatch", "aroundForward", "onLoss", "onGradients", "onStepped")) {
            assertThat(found)
                    .filteredOn(each -> each.actor().contains("StepTrafficTest$1." + hook + "("))
                    .as(hook)
                    .hasSize(StepTraffic.STEPS);
        }
        assertThat(found).hasSize(5 * StepTraffic.STEPS);
    }

    @ParameterizedTest
    @EnumSource(Faces.class)
    void findsNothingWithoutMethods(Faces face) throws Exception {
        for (SmallModel small : SmallModel.ALL) {
            assertThat(StepTraffic.ofMethods(face, small, ROW)).as(small.name()).isEmpty();
        }
    }

    /** The run reads once in a step, before its update. */
    @ParameterizedTest
    @EnumSource(Faces.class)
    void theRunItselfReadsOnceInAStep(Faces face) throws Exception {
        assertThat(StepTraffic.of(face, SmallModel.DENSE, ROW))
                .filteredOn(each -> !each.ofDjl() && !StepTraffic.isTheModels(each))
                .hasSize(StepTraffic.STEPS)
                .allMatch(StepTraffic::isTheRuns);
    }

    @Test
    void theContractNamesThePlaceUnlessTheRowDeclaresIt() {
        assertThatThrownBy(() -> check(ROW.waits(4)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("TRAINING: 5 steps wait\n")
                .hasMessageContaining("5 × org.vivace.contract.StepTrafficTest$1.onBatch(")
                .hasMessageContaining("reads a value (torchDirectByteBuffer)");
        check(ROW.waits(5));
    }

    private static void check(MethodRow row) {
        MethodContract contract = () -> List.of(row);
        contract.noStepWaitsForTheDevice().forEach(StepTrafficTest::execute);
    }

    private static void execute(DynamicNode node) {
        if (node instanceof DynamicContainer container) {
            container.getChildren().forEach(StepTrafficTest::execute);
        } else if (node instanceof DynamicTest test) {
            try {
                test.getExecutable().execute();
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new AssertionError(e);
            }
        }
    }
}
