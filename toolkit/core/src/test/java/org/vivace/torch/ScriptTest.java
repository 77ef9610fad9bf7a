package org.vivace.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class ScriptTest extends TorchTest {

    private static final Script SCRIPT = Script.of("Sample", """
            def scaled(self, x: Tensor, factor: float, times: int, negate: bool) -> Tensor:
              y = x * factor * times
              if negate:
                y = -y
              return y
            def total(self, xs: List[Tensor]) -> Tensor:
              return torch.sum(torch.stack(xs))
            def shaped(self, x: Tensor, shape: List[int]) -> Tensor:
              return torch.reshape(x, shape)
            def both(self, x: Tensor) -> Tuple[Tensor, Tensor]:
              return (x + 1, x + 2)
            def count(self, x: Tensor) -> int:
              return torch.numel(x)
            def fill(self, x: Tensor, value: float) -> Tensor:
              return torch.fill_(x, value)
            def product(self, x: Tensor, y: Tensor) -> Tensor:
              return torch.mm(x, y)
            """);

    @Test
    void takesArraysListsNumbersAndBooleans() {
        NDArray x = manager.create(new float[] {1, 2, 3, 4});
        assertThat(floats(SCRIPT.tensor("scaled", x, 0.5, 3, true))).containsExactly(-1.5f, -3f, -4.5f, -6f);
        assertThat(floats(SCRIPT.tensor("scaled", x, 0.5, 2L, false))).containsExactly(1, 2, 3, 4);
        assertThat(floats(SCRIPT.tensor("total", new NDList(x, x)))).containsExactly(20);
        assertThat(SCRIPT.tensor("shaped", x, new long[] {2, 2}).getShape()).isEqualTo(new Shape(2, 2));
        assertThat(SCRIPT.number("count", x)).isEqualTo(4);
        NDList both = SCRIPT.tensors("both", x);
        assertThat(floats(both.get(0))).containsExactly(2, 3, 4, 5);
        assertThat(floats(both.get(1))).containsExactly(3, 4, 5, 6);
        SCRIPT.update("fill", x, 7.0);
        assertThat(floats(x)).containsOnly(7);
    }

    @Test
    void gradientsFlowThroughACallAndNotThroughAnUpdate() {
        assertThat(gradient(
                        leaf(1, 2),
                        x -> SCRIPT.tensor("scaled", x, 3.0, 2, true).sum()))
                .containsExactly(-6, -6);
        NDArray weight = leaf(1, 2);
        SCRIPT.update("fill", weight, 5.0); // in autograd's sight, changing a leaf in place would be an error
        assertThat(floats(weight)).containsOnly(5);
    }

    @Test
    void theResultBelongsToTheFirstArraysManagerOrTheOneNamed() {
        try (NDManager other = manager.newSubManager()) {
            NDArray x = manager.ones(new Shape(2));
            NDArray y = other.ones(new Shape(2));
            assertThat(SCRIPT.tensor("total", List.of(y, x)).getManager()).isSameAs(other);
            assertThat(SCRIPT.tensorOn(other, "total", List.of(x)).getManager()).isSameAs(other);
        }
    }

    @Test
    void refusesAnArgumentThatIsNoArray() {
        NDArray x = manager.ones(new Shape(2));
        assertThatThrownBy(() -> SCRIPT.tensor("scaled", x, 'h', 1, true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "expected an array of the PyTorch engine, a list of them, a number, a boolean or a text, got Character");
        assertThatThrownBy(() -> SCRIPT.tensor("total", x, null))
                .hasMessage(
                        "expected an array of the PyTorch engine, a list of them, a number, a boolean or a text, got null");
        assertThatThrownBy(() -> SCRIPT.tensor("total", List.of(x, 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected a list of arrays of the PyTorch engine, got Integer");
        assertThatThrownBy(() -> SCRIPT.tensor("total", List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected at least one array of the PyTorch engine among the arguments");
    }

    @Test
    void anErrorInsideNamesTheOperationTheLineAndTheShapes() {
        NDArray x = manager.ones(new Shape(2, 3));
        assertThatThrownBy(() -> SCRIPT.tensor("product", x, x))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("torch.mm(x, y)")
                .hasMessageContaining("<--- HERE")
                .hasMessageContaining("mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)");
        assertThatThrownBy(() -> SCRIPT.tensor("nothing", x))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("Method 'nothing' is not defined");
        assertThatThrownBy(() -> SCRIPT.tensor("product", x))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("product() is missing value for argument 'y'");
    }

    @Test
    void aFunctionThatDoesNotParseSaysWhereAndMayBeAskedAgain() {
        Script broken = Script.of("Broken", """
                def f(self, x: Tensor) -> Tensor:
                  return ((x
                """);
        NDArray x = manager.ones(new Shape(2));
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> broken.tensor("f", x))
                    .isInstanceOf(EngineException.class)
                    .hasMessageContaining("return ((x");
        }
    }

    @Test
    void aSymbolicArrayIsHandedTheCall() {
        List<String> followed = new ArrayList<>();
        NDArray symbol = symbol(call -> {
            followed.add(call.name() + " of " + call.arguments().length);
            return call.name().endsWith("count") ? (Object) 7 : manager.zeros(new Shape(1));
        });
        NDArray real = manager.ones(new Shape(2));
        assertThat(SCRIPT.tensor("product", real, symbol).getShape()).isEqualTo(new Shape(1));
        assertThat(SCRIPT.tensor("total", List.of(symbol)).getShape()).isEqualTo(new Shape(1));
        assertThat(SCRIPT.number("count", symbol)).isEqualTo(7);
        assertThat(followed)
                .containsExactly(
                        SCRIPT.name() + ".product of 2", SCRIPT.name() + ".total of 1", SCRIPT.name() + ".count of 1");
        assertThat(Precision.of(symbol)).isEqualTo(Precision.BFLOAT16);
        assertThat(Autocast.of(symbol).enabled()).isTrue();
        assertThat(Autocast.of(real).enabled()).isFalse();
    }

    @Test
    void aFollowedCallCanBeDoneForReal() {
        NDArray real = manager.ones(new Shape(2, 2));
        NDArray symbol = symbol(call -> call.on(real, real));
        assertThat(SCRIPT.tensor("product", symbol, symbol).getShape()).isEqualTo(new Shape(2, 2));
    }

    private static NDArray symbol(Function<ScriptCall, Object> follow) {
        return (NDArray) Proxy.newProxyInstance(
                ScriptTest.class.getClassLoader(),
                new Class<?>[] {NDArray.class, Symbolic.class},
                (self, method, arguments) -> switch (method.getName()) {
                    case "follow" -> follow.apply((ScriptCall) arguments[0]);
                    case "precision" -> Precision.BFLOAT16;
                    case "autocast" -> new Autocast.State(Device.cpu(), true, Precision.BFLOAT16);
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    @Test
    void aClosedArrayIsAJavaException() {
        NDArray x = manager.ones(new Shape(2));
        x.close();
        assertThatThrownBy(() -> SCRIPT.number("count", x))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("released");
    }

    @Test
    void callsLeaveNothingBehind() {
        // What is kept of a call, argument or result, holds 128 KB of its own: of 4000 calls of a kind 500 MB.
        long before = 0;
        int managed = manager.getManagedArrays().size();
        for (int i = 0; i < 21_000; i++) {
            if (i == 1_000) {
                before = PeakMemory.residentBytes().orElse(0);
            }
            try (NDArray x = manager.ones(new Shape(32 * 1024))) {
                switch (i % 5) {
                    case 0 -> SCRIPT.tensor("shaped", x, new long[] {256, 128}).close();
                    case 1 -> SCRIPT.tensor("total", List.of(x)).close();
                    case 2 -> SCRIPT.tensors("both", x).close();
                    case 3 -> SCRIPT.number("count", x);
                    default ->
                        assertThatThrownBy(() -> SCRIPT.tensor("product", x, x)).isInstanceOf(EngineException.class);
                }
            }
        }
        assertThat(manager.getManagedArrays()).hasSize(managed);
        assertThat(PeakMemory.residentBytes().orElse(0) - before).isLessThan(150L << 20);
    }

    @Test
    void manyThreadsMayMakeTheFirstCall() throws Exception {
        Script fresh = Script.of("Fresh", """
                def twice(self, x: Tensor) -> Tensor:
                  return x + x
                """);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            Callable<Float> call = () -> {
                try (NDManager own = manager.newSubManager()) {
                    float last = 0;
                    for (int i = 0; i < 200; i++) {
                        last = fresh.tensor("twice", own.create((float) i)).getFloat();
                    }
                    return last;
                }
            };
            List<Future<Float>> results = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                results.add(threads.submit(call));
            }
            for (Future<Float> result : results) {
                assertThat(result.get()).isEqualTo(398);
            }
        } finally {
            threads.shutdown();
        }
    }
}
