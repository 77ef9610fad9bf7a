package org.vivace.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes matrices nearly orthogonal by matrix products alone: with X = U S Vᵀ divided by its Frobenius norm, each step X
 * ← aX + b(XXᵀ)X + c(XXᵀ)²X applies as + bs³ + cs⁵ to every singular value s, and moves those above about 0.001 to
 * between 0.68 and 1.14 in five steps (<a href="https://kellerjordan.github.io/posts/muon/">Jordan et al. 2024</a>,
 * whose a, b, c are used here).
 */
public final class NewtonSchulz {

    // A power of two is factored out first, which is exact: squares of gradients below 1e-23 or above 1e19 exceed
    // fp32's range. Zeros stay zeros. Matrices of the same size are stacked, so that a step is three batched products
    // for all of them. aX is not added separately, as that would read X again: a is added to the diagonal of the
    // factor. The gradients serve as scratch memory before they are zeroed, which saves an array of their size. They
    // are returned so that libtorch's compiler takes the change as observed.
    private static final Script SCRIPT = Script.of("NewtonSchulz", """
            def or_one(self, x: Tensor) -> Tensor:
              return torch.masked_fill(x, torch.eq(x, 0), 1.)
            def iterate(self, x: Tensor, steps: int) -> Tensor:
              largest = torch.to(torch.amax(torch.abs(x), [1, 2], True), 6)
              x = torch.div(x, torch.to(self.or_one(torch.exp2(torch.floor(torch.log2(largest)))), x.dtype))
              norm = torch.linalg_vector_norm(x, 2, [1, 2], True, dtype=6)
              x = torch.div(x, torch.to(self.or_one(norm), x.dtype))
              for i in range(steps):
                gram = torch.bmm(x, torch.transpose(x, 1, 2))
                factor = torch.baddbmm(gram, gram, gram, beta=-4.7750, alpha=2.0315)
                torch.add_(torch.diagonal(factor, 0, 1, 2), 3.4445)
                x = torch.bmm(factor, x)
              return x
            def matrices(self, x: Tensor, parts: int) -> Tensor:
              return torch.reshape(x, [parts, torch.size(x, 0) // parts, -1])
            def turned(self, m: Tensor, like: Tensor) -> Tensor:
              result = m
              if torch.size(like, 1) > torch.size(like, 2):
                result = torch.transpose(m, 1, 2)
              return result
            def one(self, matrix: Tensor, steps: int, dtype: int) -> Tensor:
              m = self.matrices(matrix, 1)
              x = self.iterate(torch.to(self.turned(m, m), dtype), steps)
              return torch.clone(torch.to(torch.reshape(self.turned(x, m), torch.size(matrix)), matrix.dtype), memory_format=0)
            def update(self, params: List[Tensor], momenta: List[Tensor], parts: List[int], sizes: List[int], count: int, lr: float, rms: float, momentum: float, decay: float, steps: int, dtype: int, found: List[Tensor]) -> List[Tensor]:
              grads = annotate(List[Tensor], [])
              for i in range(len(params)):
                grad = params[i].grad
                for flag in found:
                  torch.copy_(grad, torch.where(torch.gt(flag, 0), momenta[i], grad))
                torch.lerp_(momenta[i], grad, 1. - momentum)
                torch.lerp_(grad, momenta[i], momentum)
                grads.append(grad)
              for size in range(count):
                same = annotate(List[Tensor], [])
                for i in range(len(params)):
                  if sizes[i] == size:
                    m = self.matrices(grads[i], parts[i])
                    same.append(torch.to(self.turned(m, m), dtype))
                x = self.iterate(torch.cat(same, 0), steps)
                for flag in found:
                  torch.mul_(x, torch.to(torch.eq(flag, 0), x.dtype))
                scale = -lr * rms * float(torch.size(x, 2)) ** 0.5
                first = 0
                for i in range(len(params)):
                  if sizes[i] == size:
                    change = self.turned(torch.narrow(x, 0, first, parts[i]), self.matrices(grads[i], parts[i]))
                    first = first + parts[i]
                    if decay != 0.:
                      if len(found) == 0:
                        torch.mul_(params[i], 1. - lr * decay)
                      else:
                        torch.mul_(params[i], torch.where(torch.gt(found[0], 0), 1., 1. - lr * decay))
                    torch.add_(params[i], torch.reshape(change, torch.size(params[i])), alpha=scale)
              torch._foreach_zero_(grads)
              return grads
            """);

    private NewtonSchulz() {}

    /**
     * The nearly orthogonal matrix with the array's singular vectors.
     *
     * @param array shape (rows, …), FLOAT32, taken as a matrix of that many rows
     * @param steps &ge; 1
     * @param precision of the products
     * @return array's shape, FLOAT32
     */
    public static NDArray orthogonal(NDArray array, int steps, Precision precision) {
        Shapes.require(
                array.getShape().dimension() >= 2 && array.size() > 0,
                "orthogonalisation",
                "array",
                "(rows, …)",
                array);
        requireSteps(steps);
        try (GradMode scope = GradMode.off()) {
            return SCRIPT.tensor("one", array, steps, precision.code());
        }
    }

    /**
     * One step of Muon: m ← momentum·m + (1−momentum)·g, u = momentum·m + (1−momentum)·g (Nesterov's), O =
     * orthogonalised u, w ← w − learningRate·(weightDecay·w + rms·sqrt(max(rows, columns))·O). An orthogonal matrix has
     * elements of root mean square 1/sqrt(max(rows, columns)), so {@code rms} is the root mean square of w's change at
     * rate 1. The gradients are zeroed.
     *
     * @param parameters of two or more axes, taken as matrices of as many rows as the first axis is long
     * @param momenta shapes and order of the parameters, zeros before the first step, changed in place
     * @param parts for each parameter, how many matrices of equal height are stacked in it
     * @param steps of the orthogonalisation, &ge; 1
     * @param precision of its products
     */
    public static void update(
            TensorList parameters,
            TensorList momenta,
            List<Integer> parts,
            double learningRate,
            double rms,
            double momentum,
            double weightDecay,
            int steps,
            Precision precision) {
        update(
                parameters,
                momenta,
                parts,
                learningRate,
                rms,
                momentum,
                weightDecay,
                steps,
                precision,
                Optional.empty());
    }

    /**
     * The same, unless the device has found something wrong.
     *
     * @param found an fp32 array of shape (1) on the parameters' device; where it is 1, only the gradients are zeroed
     */
    public static void update(
            TensorList parameters,
            TensorList momenta,
            List<Integer> parts,
            double learningRate,
            double rms,
            double momentum,
            double weightDecay,
            int steps,
            Precision precision,
            Optional<NDArray> found) {
        momenta.requireAlike("muon", "momenta", parameters);
        parameters.requireGradients("muon");
        requireSteps(steps);
        if (parts.size() != parameters.size()) {
            throw new IllegalArgumentException("muon: expected " + parameters.size()
                    + " numbers of parts, one for each parameter, got " + parts.size());
        }
        if (parameters.size() == 0) {
            return;
        }
        List<Shape> sizes = new ArrayList<>();
        long[] sizeOf = new long[parts.size()];
        for (int i = 0; i < sizeOf.length; i++) {
            Shape size = size(parameters.arrays().get(i), parts.get(i));
            if (!sizes.contains(size)) {
                sizes.add(size);
            }
            sizeOf[i] = sizes.indexOf(size);
        }
        SCRIPT.update(
                "update",
                parameters.value(),
                momenta.value(),
                parts.stream().mapToLong(Integer::longValue).toArray(),
                sizeOf,
                sizes.size(),
                learningRate,
                rms,
                momentum,
                weightDecay,
                steps,
                precision.code(),
                found.stream().toList());
    }

    /** Shorter side first: a tall matrix is processed as its transpose. */
    private static Shape size(NDArray array, int parts) {
        Shape shape = array.getShape();
        Shapes.require(
                shape.dimension() >= 2 && array.size() > 0 && parts >= 1 && shape.get(0) % parts == 0,
                "muon",
                "each parameter",
                "(rows, …) with rows that " + parts + " parts divide",
                array);
        long rows = shape.get(0) / parts;
        long columns = shape.size() / shape.get(0);
        return new Shape(Math.min(rows, columns), Math.max(rows, columns));
    }

    private static void requireSteps(int steps) {
        if (steps < 1) {
            throw new IllegalArgumentException("orthogonalisation: expected steps >= 1, got " + steps);
        }
    }
}
