package org.vivace.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Under autocast every operation has the gradient that it has in fp32, and none where it has none there. */
class NDArrayOperationsTest extends TorchTest {

    /** Those that DJL's engine has not, or libtorch has no gradient of. */
    private static final Set<String> REFUSED = Set.of(
            "acosh", "asinh", "atanh", "batchDot", "complex", "sequenceMask", "tile", "toSparse", "trace", "unique");

    /** Those whose gradient stock DJL cuts in fp32 already. */
    private static final Set<String> CUT = Set.of("duplicate", "nonzero", "stopGradient", "toDense", "toType (fp64)");

    static Stream<NDArrayOperations> operations() {
        return NDArrayOperations.all().stream();
    }

    @ParameterizedTest
    @MethodSource("operations")
    void inBfloat16(NDArrayOperations operation) {
        agrees(operation, Precision.BFLOAT16, 0.02);
    }

    @ParameterizedTest
    @MethodSource("operations")
    void inFloat16(NDArrayOperations operation) {
        agrees(operation, Precision.FLOAT16, 0.003);
    }

    private void agrees(NDArrayOperations operation, Precision precision, double tolerance) {
        if (REFUSED.contains(operation.method())) {
            assertThatThrownBy(() -> gradient(operation, Precision.FLOAT32))
                    .isInstanceOfAny(UnsupportedOperationException.class, EngineException.class);
            return;
        }
        double[] full = gradient(operation, Precision.FLOAT32);
        double[] low = gradient(operation, precision);
        double size = Arrays.stream(full).map(Math::abs).max().orElseThrow();
        assertThat(size == 0).as("has no gradient in fp32").isEqualTo(CUT.contains(operation.name()));
        assertThat(worst(full, low))
                .as("expected %s, found %s", Arrays.toString(full), Arrays.toString(low))
                .isLessThanOrEqualTo(tolerance * size);
    }

    private double[] gradient(NDArrayOperations operation, Precision precision) {
        NDArray weight = leaf(manager, new Shape(4, 4), NDArrayOperations.values());
        backward(() -> {
            try (Autocast scope = precision == Precision.FLOAT32
                    ? Autocast.off(Device.cpu())
                    : Autocast.enter(Device.cpu(), precision)) {
                NDArray x = NDArrayOperations.product(weight);
                // Also where the operation cuts the gradient there must be something to go back through.
                return NDArrayOperations.weighted(new NDList(operation.body().apply(x)))
                        .add(weight.sum().mul(0));
            }
        });
        return doubles(weight.getGradient());
    }

    @Test
    void noOperationIsLeftOut() {
        Set<String> known =
                NDArrayOperations.all().stream().map(NDArrayOperations::method).collect(Collectors.toSet());
        Set<String> left = new TreeSet<>();
        for (Method method : NDArray.class.getMethods()) {
            boolean makes = method.getReturnType() == NDArray.class || method.getReturnType() == NDList.class;
            if (makes && !known.contains(method.getName())) {
                left.add(method.getName());
            }
        }
        assertThat(left).containsExactly("decode", "getGradient");
    }
}
