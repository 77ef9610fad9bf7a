package org.vivace.torch;

import com.sun.jna.Function;
import com.sun.jna.Pointer;
import java.util.List;

/**
 * The kernels that libtorch uses on CUDA. Both settings belong to the whole process and last while a scope is open.
 *
 * @param tf32 whether matrix products, convolutions and LSTMs in fp32 may round their operands to TensorFloat-32, with
 *     10 bits of mantissa instead of 23; NVIDIA's tensor cores then compute them, from Ampere on. libtorch allows it in
 *     convolutions and LSTMs by default, not in matrix products
 * @param autotune whether cuDNN times its algorithms for each new shape of a convolution and then uses the fastest, as
 *     {@code torch.backends.cudnn.benchmark} does; off by default. It pays where shapes repeat
 */
public record CudaKernels(boolean tf32, boolean autotune) {

    /** Restores the settings that were there before. */
    @FunctionalInterface
    public interface Scope extends AutoCloseable {
        @Override
        void close();
    }

    /** One switch of {@code at::Context}. */
    private record Switch(Function getter, Function setter) {

        static Switch of(String getter, String setter) {
            return new Switch(
                    LibTorch.function("_ZNK2at7Context" + getter), LibTorch.function("_ZN2at7Context" + setter));
        }

        boolean get() {
            return LibTorch.flag(getter, Switches.CONTEXT);
        }

        void set(boolean on) {
            setter.invokeVoid(new Object[] {Switches.CONTEXT, on ? 1 : 0});
        }
    }

    /** Looked up once, when the engine is loaded: a run enters a scope several times a step. */
    private static final class Switches {
        static final Pointer CONTEXT = LibTorch.context();
        static final Switch PRODUCTS = Switch.of("15allowTF32CuBLASEv", "18setAllowTF32CuBLASEb");
        static final Switch CONVOLUTIONS = Switch.of("14allowTF32CuDNNEv", "17setAllowTF32CuDNNEb");
        static final Switch BENCHMARK = Switch.of("14benchmarkCuDNNEv", "17setBenchmarkCuDNNEb");
    }

    /** Uses these kernels until the scope is closed; scopes are closed in the reverse order. */
    public Scope enter() {
        boolean products = Switches.PRODUCTS.get();
        boolean convolutions = Switches.CONVOLUTIONS.get();
        boolean benchmark = Switches.BENCHMARK.get();
        Switches.PRODUCTS.set(tf32);
        Switches.CONVOLUTIONS.set(tf32);
        Switches.BENCHMARK.set(autotune);
        return () -> {
            Switches.PRODUCTS.set(products);
            Switches.CONVOLUTIONS.set(convolutions);
            Switches.BENCHMARK.set(benchmark);
        };
    }

    /** Whether TF32 is allowed in products and in convolutions, and cuDNN's algorithms are timed, at present. */
    public static List<Boolean> inForce() {
        return List.of(Switches.PRODUCTS.get(), Switches.CONVOLUTIONS.get(), Switches.BENCHMARK.get());
    }
}
