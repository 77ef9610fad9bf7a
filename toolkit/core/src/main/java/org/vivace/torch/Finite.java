package org.vivace.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.OptionalInt;

/** The search for values that are infinite or not a number. */
public final class Finite {

    private static final Script SCRIPT = Script.of("Finite", Gradients.OF_PARAMETERS + """
            def first(self, arrays: List[Tensor]) -> int:
              first = -1
              for i in range(len(arrays)):
                if first == -1 and not bool(torch.all(torch.isfinite(arrays[i]))):
                  first = i
              return first
            def sum_of_gradients(self, params: List[Tensor]) -> Tensor:
              sums = annotate(List[Tensor], [])
              for p in params:
                sums.append(torch.sum(p.grad, dtype=6))
              return torch.sum(torch.stack(sums))
            def sum_of_gradients_is_finite(self, params: List[Tensor]) -> int:
              return int(torch.isfinite(self.sum_of_gradients(params)))
            def flat(self, values: List[Tensor]) -> List[Tensor]:
              parts = annotate(List[Tensor], [])
              for value in values:
                parts.append(torch.reshape(torch.to(torch.detach(value), 6), [-1]))
              return parts
            def joined(self, values: List[Tensor], params: List[Tensor]) -> Tensor:
              parts = self.flat(values)
              if len(params) > 0:
                parts.append(torch.reshape(self.sum_of_gradients(params), [-1]))
              return torch.cat(parts)
            def infinity(self) -> float:
              return float("inf")
            def note(self, found: Tensor, values: List[Tensor], losses: List[Tensor], params: List[Tensor]) -> Tensor:
              parts = self.flat(values)
              largest = torch.to(torch.stack(torch._foreach_norm(self.grads(params), self.infinity())), 6)
              wrong = torch.to(torch.logical_not(torch.isfinite(largest)), 6)
              any = torch.amax(wrong, [0], True)
              parts.append(any)
              parts.append(torch.reshape(torch.to(torch.argmax(wrong), 6), [-1]))
              for loss in losses:
                lost = torch.to(torch.logical_not(torch.isfinite(torch.detach(loss))), 6)
                any = torch.maximum(any, torch.amax(torch.reshape(lost, [-1]), [0], True))
              torch.copy_(found, torch.maximum(found, any))
              return torch.cat(parts)
            def first_gradient(self, params: List[Tensor]) -> int:
              return self.first(self.grads(params))
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

    /**
     * Waits for the device once to read several arrays and the sum of all gradients.
     *
     * @param values on the parameters' device, of any shapes and types
     * @param parameters each with a gradient
     * @return the values in fp32 one after another, then the sum, unless there are no parameters
     */
    public static float[] readWithGradients(List<NDArray> values, TensorList parameters) {
        NDList all = new NDList(values);
        all.addAll(parameters.arrays());
        if (all.isEmpty()) {
            return new float[0];
        }
        // On a GPU, DJL's copy to the host leaves a manager behind in the array's own.
        try (GradMode off = GradMode.off();
                NDManager temporary = all.head().getManager().newSubManager();
                NDArray joined = SCRIPT.tensorOn(temporary, "joined", values, parameters.value())) {
            return joined.toFloatArray();
        }
    }

    /**
     * Notes on the device whether any gradient or loss is infinite or not a number, without waiting for it.
     *
     * @param found an fp32 array of shape (1) on the parameters' device; becomes 1 if there is one, else keeps its value
     * @param values to be read later, on that device, of any shapes and types
     * @param losses likewise; those of the values that have to be finite
     * @param parameters at least one, each with a gradient
     * @param owner of the result
     * @return the values in fp32 one after another, then 1 if a gradient is not finite and else 0, then the index of the
     *     first such parameter
     */
    public static NDArray note(
            NDArray found, List<NDArray> values, List<NDArray> losses, TensorList parameters, NDManager owner) {
        parameters.requireGradients("finite gradients");
        try (GradMode off = GradMode.off()) {
            return SCRIPT.tensorOn(owner, "note", found, values, losses, parameters.value());
        }
    }

    /** Reads arrays, one after another, in fp32; waits for the device once. */
    public static float[] read(List<NDArray> arrays) {
        try (TensorList none = TensorList.of(List.of())) {
            return readWithGradients(arrays, none);
        }
    }

    private static OptionalInt place(int index) {
        return index < 0 ? OptionalInt.empty() : OptionalInt.of(index);
    }
}
