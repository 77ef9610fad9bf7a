package org.vivace.torch;

import ai.djl.Device;
import ai.djl.util.cuda.CudaUtils;

/** Which precision a device multiplies matrices in by instructions of its own: by what it is, not by a clock. */
public final class NativeProducts {

    /** NVIDIA's compute capability from which on tensor cores multiply in bf16. */
    private static final int AMPERE = 80;

    private NativeProducts() {}

    /**
     * Whether the device has instructions for products in bf16: a CPU by AVX512-BF16 or AMX, as libtorch finds them, a
     * GPU from compute capability 8.0 on. False where libtorch cannot be asked.
     */
    public static boolean bfloat16(Device device) {
        if (device.isGpu()) {
            return Integer.parseInt(CudaUtils.getComputeCapability(device.getDeviceId())) >= AMPERE;
        }
        return LibTorch.reachable() && (cpuHas("24is_avx512_bf16_supportedEv") || cpuHas("21is_amx_tile_supportedEv"));
    }

    private static boolean cpuHas(String mangled) {
        return (LibTorch.function("_ZN2at3cpu" + mangled).invokeInt(null) & 0xff) != 0;
    }
}
