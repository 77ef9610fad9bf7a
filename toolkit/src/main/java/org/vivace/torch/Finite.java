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
            def first_gradient(self, params: List[Tensor]) -> int:
              grads = annotate(List[Tensor], [])
              for p in params:
                grads.append(p.grad)
              return self.first(grads)
            """);

    private Finite() {}

    /** The place of the first array with such a value; waits for the device once an array. */
    public static OptionalInt firstNotFinite(List<NDArray> arrays) {
        return arrays.isEmpty() ? OptionalInt.empty() : place(SCRIPT.number("first", arrays));
    }

    /**
     * The place of the first parameter whose gradient has such a value. Waits for the device once where there is none:
     * their norm is finite then, and the gradients themselves are searched only where it is not.
     *
     * @param parameters each with a gradient
     */
    public static OptionalInt firstGradientNotFinite(TensorList parameters) {
        if (parameters.size() == 0) {
            return OptionalInt.empty();
        }
        try (NDArray norm = Gradients.norm(parameters)) {
            if (Double.isFinite(norm.getFloat())) {
                return OptionalInt.empty();
            }
        }
        return place(SCRIPT.number("first_gradient", parameters.value()));
    }

    private static OptionalInt place(int index) {
        return index < 0 ? OptionalInt.empty() : OptionalInt.of(index);
    }
}
