package org.vivace.torch;

import ai.djl.Device;
import ai.djl.util.cuda.CudaUtils;

/** The precisions that a device has its own matrix instructions for, from its model and not from timings. */
public final class NativeProducts {

    /** NVIDIA's lowest compute capability whose tensor cores multiply in bf16. */
    private static final int AMPERE = 80;

    private NativeProducts() {}

    /**
     * Whether the device has instructions for products in bf16: a CPU by AVX512-BF16 or AMX, as libtorch finds them, a
     * GPU from compute capability 8.0 on. False if libtorch's functions cannot be called.
     */
    public static boolean bfloat16(Device device) {
        if (device.isGpu()) {
            return Integer.parseInt(CudaUtils.getComputeCapability(device.getDeviceId())) >= AMPERE;
        }
        return LibTorch.reachable() && (cpuHas("24is_avx512_bf16_supportedEv") || cpuHas("21is_amx_tile_supportedEv"));
    }

    private static boolean cpuHas(String mangled) {
        return LibTorch.flag(LibTorch.function("_ZN2at3cpu" + mangled));
    }
}
