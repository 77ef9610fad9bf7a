package org.vivace.estimate;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.LambdaBlock;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.vivace.torch.Symbolic;

/** Whatever operations follow each other, a symbolic run has the shapes and types of a real one. */
class RandomGraphsTest {

    private record Seen(String operation, Shape shape, DataType type) {}

    /** @param choices one number an operation, which also chooses its axis */
    @Property(tries = 150, seed = "7")
    void symbolicShapesAndTypesAreTheRealOnes(
            @ForAll @Size(min = 1, max = 4) List<@IntRange(min = 1, max = 5) Integer> sizes,
            @ForAll @Size(min = 1, max = 10) List<@IntRange(min = 0, max = 9999) Integer> choices) {
        long[] shape = sizes.stream().mapToLong(Integer::longValue).toArray();
        List<Seen> real = new ArrayList<>();
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            run(manager.ones(new Shape(shape)), choices, real);
        }
        List<Seen> symbolic = new ArrayList<>();
        boolean[] followed = {true};
        LambdaBlock block = new LambdaBlock(list -> {
            symbolic.clear();
            followed[0] = list.head() instanceof Symbolic;
            return new NDList(run(list.head(), choices, symbolic));
        });
        Estimator.of(block, ArraySpec.float32(shape)).inference();
        assertThat(followed[0]).as("by rules, not by a measurement: " + real).isTrue();
        assertThat(symbolic).isEqualTo(real);
    }

    private static NDArray run(NDArray input, List<Integer> choices, List<Seen> seen) {
        NDArray array = input;
        for (int choice : choices) {
            if (array.getDataType() == DataType.BOOLEAN) {
                array = array.toType(DataType.FLOAT32, false); // few operations take truth values
            }
            int rank = array.getShape().dimension();
            int axis = rank == 0 ? 0 : choice / 100 % rank;
            String operation = OPERATIONS[choice % OPERATIONS.length];
            if (rank == 0 && !operation.equals("expand")) {
                operation = "add";
            }
            array = applied(operation, array, axis, rank);
            seen.add(new Seen(operation + " " + axis, array.getShape(), array.getDataType()));
        }
        return array;
    }

    private static final String[] OPERATIONS = {
        "add",
        "square",
        "exp",
        "transpose",
        "flatten",
        "expand",
        "squeeze",
        "sum",
        "mean keeping",
        "swap",
        "softmax",
        "slice",
        "product",
        "concat",
        "stack",
        "double",
        "whole",
        "compare",
        "against its sum",
        "broadcast",
        "split",
        "argMax",
        "clip",
        "max"
    };

    private static NDArray applied(String operation, NDArray x, int axis, int rank) {
        return switch (operation) {
            case "add" -> x.add(1.5f);
            case "square" -> x.mul(x);
            case "exp" -> x.toType(DataType.FLOAT32, false).exp();
            case "transpose" -> x.transpose();
            case "flatten" -> x.reshape(x.getShape().get(0), -1);
            case "expand" -> rank < 5 ? x.expandDims(axis) : x;
            case "squeeze" -> x.getShape().get(axis) == 1 ? x.squeeze(axis) : x;
            case "sum" -> x.sum(new int[] {axis});
            case "mean keeping" -> x.toType(DataType.FLOAT32, false).mean(new int[] {axis}, true);
            case "swap" -> x.swapAxes(0, axis);
            case "softmax" -> x.toType(DataType.FLOAT32, false).softmax(axis);
            case "slice" -> x.get(new NDIndex("0:1"));
            case "product" -> rank == 2 ? x.matMul(x.transpose()) : x;
            case "concat" -> NDArrays.concat(new NDList(x, x), axis);
            case "stack" -> rank < 5 ? NDArrays.stack(new NDList(x, x), axis) : x;
            case "double" -> x.toType(DataType.FLOAT64, false);
            case "whole" -> x.toType(DataType.INT64, false);
            case "compare" -> x.gt(0);
            case "against its sum" -> x.mul(x.sum(new int[] {axis}, true));
            case "broadcast" -> x.sum(new int[] {axis}, true).broadcast(x.getShape());
            case "split" ->
                x.split(new long[] {x.getShape().get(axis) / 2}, axis).get(1);
            case "argMax" -> x.argMax(axis);
            case "clip" -> x.clip(0, 1);
            case "max" -> x.max(new int[] {axis});
            default -> throw new IllegalArgumentException(operation);
        };
    }
}
