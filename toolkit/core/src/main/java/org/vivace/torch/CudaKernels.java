package org.vivace.torch;

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

    /** One switch of {@code at::Context}: the names of its getter and its setter. */
    private record Switch(String getter, String setter) {

        boolean get() {
            return (LibTorch.function(getter).invokeInt(new Object[] {context()}) & 0xff) != 0;
        }

        void set(boolean on) {
            LibTorch.function(setter).invokeVoid(new Object[] {context(), on ? 1 : 0});
        }

        private static Pointer context() {
            return LibTorch.function("_ZN2at13globalContextEv").invokePointer(new Object[0]);
        }
    }

    private static final Switch PRODUCTS =
            new Switch("_ZNK2at7Context15allowTF32CuBLASEv", "_ZN2at7Context18setAllowTF32CuBLASEb");
    private static final Switch CONVOLUTIONS =
            new Switch("_ZNK2at7Context14allowTF32CuDNNEv", "_ZN2at7Context17setAllowTF32CuDNNEb");
    private static final Switch BENCHMARK =
            new Switch("_ZNK2at7Context14benchmarkCuDNNEv", "_ZN2at7Context17setBenchmarkCuDNNEb");

    /** Uses these kernels until the scope is closed; scopes are closed in the reverse order. */
    public Scope enter() {
        boolean products = PRODUCTS.get();
        boolean convolutions = CONVOLUTIONS.get();
        boolean benchmark = BENCHMARK.get();
        PRODUCTS.set(tf32);
        CONVOLUTIONS.set(tf32);
        BENCHMARK.set(autotune);
        return () -> {
            PRODUCTS.set(products);
            CONVOLUTIONS.set(convolutions);
            BENCHMARK.set(benchmark);
        };
    }

    /** Whether TF32 is allowed in products and in convolutions, and cuDNN's algorithms are timed, at present. */
    public static List<Boolean> inForce() {
        return List.of(PRODUCTS.get(), CONVOLUTIONS.get(), BENCHMARK.get());
    }
}
