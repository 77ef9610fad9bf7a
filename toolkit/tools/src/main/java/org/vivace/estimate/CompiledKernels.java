package org.vivace.estimate;

import ai.djl.Device;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The memory of compiled convolution kernels: on the CPU oneDNN, libtorch's library of convolutions, compiles and
 * caches code for each shape: one kernel forward, one for the input's gradient and one for the weight's.
 */
final class CompiledKernels {

    /** Of one kernel, measured on networks with many small convolutions, where the kernels are a tenth of the peak. */
    static final long BYTES = 96 << 10;

    private static final int WITH_GRADIENTS = 3;

    private CompiledKernels() {}

    static long bytes(List<Recording> recordings, Device device) {
        if (device.isGpu()) {
            return 0;
        }
        Set<String> shapes = new HashSet<>();
        boolean trained = false;
        for (Recording recording : recordings) {
            if (recording.kind() == OperationKind.CONVOLUTION) {
                shapes.add(OperationKey.withoutGradient(OperationKey.of(recording)));
                trained |= recording.differentiableWhenRecorded();
            }
        }
        return shapes.size() * BYTES * (trained ? WITH_GRADIENTS : 1);
    }
}
