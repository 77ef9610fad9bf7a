package org.vivace.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.vivace.torch.HostTraffic;
import org.vivace.torch.HostTransfer;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.Equivalence;

/**
 * The rules for every method, in any loop and on any model. A test class implements this interface and returns its
 * methods as rows:
 *
 * <pre>{@code
 * class GradientCentralizationContractTest implements MethodContract {
 *     @Override
 *     public List<MethodRow> rows() {
 *         return List.of(MethodRow.of(new GradientCentralization(), SmallModel.DENSE, SmallModel.CONVOLUTIONAL));
 *     }
 * }
 * }</pre>
 *
 * JUnit then runs each check for each row. The class needs a constructor without arguments, because two of the checks
 * create it again in another process.
 */
public interface MethodContract {

    /** The methods to check; the same ones, equal in all settings, at each call. */
    List<MethodRow> rows();

    /** Two processes give the same weights, and so does a run that was stopped in one and resumed in the other. */
    @TestFactory
    default Stream<DynamicNode> sameSeedSameWeightsInFreshProcesses() throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("contract");
        FreshProcesses found;
        try {
            found = FreshProcesses.of(this, folder);
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
        return tests((row, small) -> {
            String key = FreshProcesses.key(row, small);
            String here = Faces.TRAINING.train(small, row, row.recipe()).toString();
            assertThat(found.first().get(key)).as("in one process").isEqualTo(here);
            assertThat(found.second().get(key)).as("in another").isEqualTo(here);
            assertThat(found.resumed().get(key)).as("stopped and resumed").isEqualTo(here);
        });
    }

    @TestFactory
    default Stream<DynamicNode> oneInstanceServesTwoRuns() {
        return tests((row, small) -> {
            EfficiencyMethod[] recipe = row.recipe();
            Weights once = Faces.TRAINER.train(small, row, recipe);
            assertThat(Faces.TRAINER.train(small, row, recipe)).isEqualTo(once);
        });
    }

    @TestFactory
    default Stream<DynamicNode> allFacesGiveTheSameWeights() {
        return tests((row, small) -> {
            Weights training = Faces.TRAINING.train(small, row, row.recipe());
            assertThat(training.finite()).isTrue();
            assertThat(Faces.TRAINER.train(small, row, row.recipe()))
                    .as("trainer")
                    .isEqualTo(training);
            assertThat(Faces.BY_HAND.train(small, row, row.recipe()))
                    .as("by hand")
                    .isEqualTo(training);
        });
    }

    /** On a GPU sums are taken in no fixed order, so the faces agree to rounding there. */
    @TestFactory
    @Tag("cuda")
    default Stream<DynamicNode> allFacesGiveTheSameWeightsOnCuda() {
        return tests((row, given) -> {
            SmallModel small = given.on(Cuda.device());
            Weights training = Faces.TRAINING.train(small, row, row.recipe());
            assertThat(training.finite()).isTrue();
            for (Faces face : List.of(Faces.TRAINER, Faces.BY_HAND)) {
                assertThat(face.train(small, row, row.recipe()).distance(training) / training.length())
                        .as(face.name())
                        .isLessThan(Faces.CUDA_ROUNDING);
            }
        });
    }

    /**
     * A batch split between two devices, here the same one twice, gives what two micro-batches on one device give, except
     * for running statistics.
     */
    @TestFactory
    default Stream<DynamicNode> severalDevicesGiveTheSameWeights() {
        return tests((row, small) -> {
            Outcome found = Outcome.of(() -> Faces.trained(
                    small,
                    row,
                    training -> training.devices(small.device(), small.device()),
                    Weights::trained,
                    row.recipe()));
            if (small == SmallModel.SCRIPT) {
                assertThat(found).as("a TorchScript module").isInstanceOf(Outcome.Refused.class);
                return;
            }
            Weights parts =
                    Faces.trained(small, row, training -> training.microBatches(2), Weights::trained, row.recipe());
            assertThat(((Outcome.Trained) found).weights()).isEqualTo(parts);
        });
    }

    /** Steps whose losses and gradients are looked at together are those that are looked at one by one. */
    @TestFactory
    default Stream<DynamicNode> readingSeldomGivesTheSameWeights() {
        return tests((row, small) -> {
            Weights each = Faces.TRAINING.train(small, row, row.recipe());
            assertThat(Faces.trained(small, row, training -> training.readEvery(3), Weights::of, row.recipe()))
                    .isEqualTo(each);
        });
    }

    /** During a run no step adds arrays, and after it no more arrays remain than without the method. */
    @TestFactory
    default Stream<DynamicNode> noArrayIsLeft() {
        return tests((row, small) -> {
            ArraysKept plain = ArraysKept.by(small, row);
            ArraysKept ours = ArraysKept.by(small, row, row.recipe());
            assertThat(ours.added()).as("by later steps").isLessThanOrEqualTo(plain.added());
            assertThat(ours.left()).as("after the run").isLessThanOrEqualTo(plain.left());
        });
    }

    /**
     * In each face a later step makes a GPU's host wait for its device no more often than the row {@linkplain
     * MethodRow#waits(int) declares}: neither a hook, nor what it calls, copies a number from Java or reads a value. What
     * DJL's own code and the run itself do is not counted.
     */
    @TestFactory
    default Stream<DynamicNode> noStepWaitsForTheDevice() {
        return tests((row, small) -> {
            for (Faces face : Faces.values()) {
                List<HostTransfer> waits = StepTraffic.ofMethods(face, small, row, row.recipe());
                assertThat(waits)
                        .as(() -> face + ": " + StepTraffic.STEPS + " steps wait\n" + HostTraffic.report(waits))
                        .hasSizeLessThanOrEqualTo(row.waits() * StepTraffic.STEPS);
            }
        });
    }

    @TestFactory
    default Stream<DynamicNode> theUsersArraysAndListsStayAsTheyAre() {
        return tests(GivenSample::staysAsItIs);
    }

    /** Steps that throw leave nothing that changes a later run, with the method or without. */
    @TestFactory
    default Stream<DynamicNode> aFailedRunLeavesNothingBehind() {
        return tests((row, small) -> {
            Weights plain = Faces.TRAINER.train(small, row);
            EfficiencyMethod[] recipe = row.recipe();
            Weights whole = Faces.TRAINER.train(small, row, recipe);
            for (FailingRun where : FailingRun.values()) {
                assertThatThrownBy(() -> where.train(small, row, recipe))
                        .as(where.name())
                        .isInstanceOf(FailingRun.Planted.class);
            }
            assertThat(Faces.TRAINER.train(small, row)).as("without the method").isEqualTo(plain);
            assertThat(Faces.TRAINER.train(small, row, recipe)).as("with it").isEqualTo(whole);
        });
    }

    /** If the row has neutral settings, they change nothing. */
    @TestFactory
    default Stream<DynamicNode> neutralSettingsChangeNothing() {
        return tests((row, small) -> {
            if (row.neutral().isPresent()) {
                EfficiencyMethod[] beside = row.beside().toArray(EfficiencyMethod[]::new);
                EfficiencyMethod[] neutral = row.with(row.neutral().get());
                for (Faces face : Faces.values()) {
                    assertThat(face.train(small, row, neutral))
                            .as(face.name())
                            .isEqualTo(face.train(small, row, beside));
                }
            }
        });
    }

    /** Dropout may differ, so the model with dropout is replaced by the same model without. */
    @TestFactory
    default Stream<DynamicNode> theDeclaredEquivalenceHolds() {
        return tests((row, given) -> {
            SmallModel small = given == SmallModel.DROPOUT ? SmallModel.DECODER : given;
            HandLoop plain = HandLoop.seeded(small, row);
            Weights ours = HandLoop.seeded(small, row, row.recipe()).end();
            switch (row.method().traits().equivalence()) {
                case BIT_EQUAL -> assertThat(ours).isEqualTo(plain.end());
                case WITHIN_TOLERANCE -> assertThat(plain.deviation(ours)).isLessThan(row.tolerance());
                case CHANGES_TRAINING -> {
                    assertThat(ours.finite()).isTrue();
                    assertThat(ours)
                            .as("a method that changes training changes the weights")
                            .isNotEqualTo(plain.end());
                }
            }
        });
    }

    /** The same on a GPU, where bit-equal means to rounding. */
    @TestFactory
    @Tag("cuda")
    default Stream<DynamicNode> theDeclaredEquivalenceHoldsOnCuda() {
        return tests((row, given) -> {
            SmallModel small = (given == SmallModel.DROPOUT ? SmallModel.DECODER : given).on(Cuda.device());
            HandLoop plain = HandLoop.seeded(small, row);
            Weights ours = HandLoop.seeded(small, row, row.recipe()).end();
            assertThat(ours.finite()).isTrue();
            if (row.method().traits().equivalence() != Equivalence.CHANGES_TRAINING) {
                assertThat(plain.deviation(ours)).isLessThan(row.tolerance());
            }
        });
    }

    /**
     * In a user's own loops and on foreign blocks a method works as elsewhere or is refused: it gives the result of
     * stock DJL, if it declares to be equal, and the result of a mathematically equal loop with the same method.
     */
    @TestFactory
    default Stream<DynamicNode> anyLoopOnAnyModelIsRightOrRefused() {
        Map<String, HandLoop> stock = new HashMap<>();
        return rows().stream()
                .map(row -> DynamicContainer.dynamicContainer(
                        row.toString(),
                        SmallModel.ALL.stream()
                                .map(small -> DynamicContainer.dynamicContainer(
                                        small.name(),
                                        Arrays.stream(Loop.values())
                                                .map(loop -> DynamicTest.dynamicTest(
                                                        loop.name(),
                                                        () -> rightOrRefused(loop, row, small, stock)))))));
    }

    private static void rightOrRefused(Loop loop, MethodRow row, SmallModel small, Map<String, HandLoop> stock)
            throws Exception {
        Outcome outcome =
                Outcome.of(() -> HandLoop.with(loop, small, row, row.recipe()).end());
        if (outcome instanceof Outcome.Refused refused) {
            assertThat(loop == Loop.PLAIN && row.models().contains(small))
                    .as("refused on a model that it is for: " + refused.sentence())
                    .isFalse();
            return;
        }
        Weights found = ((Outcome.Trained) outcome).weights();
        assertThat(found.finite()).as("finite").isTrue();
        if (row.method().traits().equivalence() != Equivalence.CHANGES_TRAINING) {
            HandLoop plain = stock.computeIfAbsent(
                    System.identityHashCode(row.optimizer()) + loop.name() + small.name(),
                    key -> HandLoop.stock(loop, small, row));
            assertThat(plain.deviation(found)).as("distance from stock DJL").isLessThan(row.tolerance());
        }
        if (loop.same() != null) {
            HandLoop same = HandLoop.with(loop.same(), small, row, row.recipe());
            assertThat(same.deviation(found))
                    .as("distance from the same method in the loop " + loop.same())
                    .isLessThan(row.tolerance());
        }
    }

    /** A check of a row on one of the models that it is for. */
    @FunctionalInterface
    interface Check {
        void of(MethodRow row, SmallModel small) throws Exception;
    }

    private Stream<DynamicNode> tests(Check check) {
        return rows().stream()
                .map(row -> DynamicContainer.dynamicContainer(
                        row.toString(),
                        row.models().stream()
                                .map(small -> DynamicTest.dynamicTest(small.name(), () -> check.of(row, small)))));
    }
}
