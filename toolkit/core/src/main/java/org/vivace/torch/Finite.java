package org.vivace.torch;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.OptionalInt;

/** The search for values that are infinite or not a number. */
public final class Finite {

    private static final Script SCRIPT = Script.of("Finite", """
            def first(self, arrays: List[Tensor]) -> int:
              first = -1
              for i in range(len(arrays)):
                if first == -1 and not bool(torch.all(torch.isfinite(arrays[i]))):
                  first = i
              return first
            def sum_of_gradients_is_finite(self, params: List[Tensor]) -> int:
              sums = annotate(List[Tensor], [])
              for p in params:
                sums.append(torch.sum(p.grad, dtype=6))
              return int(torch.isfinite(torch.sum(torch.stack(sums))))
            def first_gradient(self, params: List[Tensor]) -> int:
              grads = annotate(List[Tensor], [])
              for p in params:
                grads.append(p.grad)
              return self.first(grads)
            """);

    private Finite() {}

    /** The index of the first array with such a value; waits for the device once per array. */
    public static OptionalInt firstNotFinite(List<NDArray> arrays) {
        return arrays.isEmpty() ? OptionalInt.empty() : place(SCRIPT.number("first", arrays));
    }

    /**
     * The index of the first parameter whose gradient has such a value. Waits for the device once if there is none: the
     * gradients' sum in fp32 is finite then, unless it overflows, and the gradients are searched only if it is not.
     * This is the cheapest way to read each number once.
     *
     * @param parameters each with a gradient
     */
    public static OptionalInt firstGradientNotFinite(TensorList parameters) {
        if (parameters.size() == 0) {
            return OptionalInt.empty();
        }
        if (SCRIPT.number("sum_of_gradients_is_finite", parameters.value()) == 1) {
            return OptionalInt.empty();
        }
        return place(SCRIPT.number("first_gradient", parameters.value()));
    }

    private static OptionalInt place(int index) {
        return index < 0 ? OptionalInt.empty() : OptionalInt.of(index);
    }
}
