package org.vivace.methods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.vivace.methods.GivenGradients.of;

import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter.Type;
import ai.djl.training.optimizer.Optimizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.vivace.methods.GivenGradients.Products;
import org.vivace.train.EfficiencyMethod;

/** What the fused optimizers keep between steps: freed with the run, and enough to go on from. */
@Tag("slow")
class FusedStateTest {

    static Stream<Arguments> methods() {
        Supplier<Optimizer> adam = () -> Optimizer.adamW()
                .optLearningRateTracker((id, update) -> 0.02f / update)
                .build();
        Supplier<Optimizer> sgd = () -> Optimizer.sgd()
                .setLearningRateTracker((id, update) -> 0.02f / update)
                .optMomentum(0.9f)
                .build();
        return Stream.of(Arguments.of(new FusedAdamW(), adam), Arguments.of(new FusedSgd(), sgd));
    }

    @ParameterizedTest
    @MethodSource("methods")
    void goesOnBitEqualFromWhatWasSaved(EfficiencyMethod method, Supplier<Optimizer> optimizer) {
        StateInMemory saved = new StateInMemory();
        Random random = new Random(3);
        float[][] two = {of(random.doubles(7).toArray()), of(random.doubles(6).toArray())};
        float[][] three = {two[0], two[1], of(-1)};
        try (GivenGradients whole = new GivenGradients(optimizer.get(), threeWeights(), method);
                GivenGradients resumed = new GivenGradients(optimizer.get(), threeWeights(), method)) {
            whole.step(two).step(two);
            whole.hooks().save(saved);
            for (int i = 0; i < 3; i++) {
                whole.block
                        .parameter(i)
                        .getArray()
                        .copyTo(resumed.block.parameter(i).getArray());
            }
            resumed.hooks().load(saved.reader());
            whole.step(three).step(three);
            resumed.step(three).step(three);
            for (int i = 0; i < 3; i++) {
                assertThat(resumed.weights(i)).containsExactly(whole.weights(i));
            }
        }
    }

    private static Products threeWeights() {
        return new Products().withWeight(7).with(Type.WEIGHT, 3, 2).withWeight(1);
    }

    @ParameterizedTest
    @MethodSource("methods")
    void isFreedWithTheRun(EfficiencyMethod method, Supplier<Optimizer> optimizer) throws IOException {
        assumeTrue(Files.exists(Path.of("/proc/self/status")), "resident memory is read from /proc");
        trainLarge(method, optimizer);
        trainLarge(method, optimizer);
        trainLarge(method, optimizer);
        int arrays = arrays();
        long resident = residentMegabytes();
        for (int i = 0; i < 7; i++) {
            trainLarge(method, optimizer);
        }
        assertThat(arrays()).isEqualTo(arrays);
        // An array is 36 MB, which is more than glibc ever keeps for itself: seven that stayed would be 252.
        assertThat(residentMegabytes()).isLessThan(resident + 100);
    }

    private static void trainLarge(EfficiencyMethod method, Supplier<Optimizer> optimizer) {
        Products block = new Products().with(Type.WEIGHT, 3000, 3000);
        try (GivenGradients given = new GivenGradients(optimizer.get(), block, method)) {
            given.stepOnZeros().stepOnZeros();
        }
    }

    /** Arrays that any manager of the process holds. */
    private static int arrays() {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            return manager.getParentManager().getManagedArrays().size();
        }
    }

    private static long residentMegabytes() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                .findFirst()
                .orElseThrow();
    }
}
