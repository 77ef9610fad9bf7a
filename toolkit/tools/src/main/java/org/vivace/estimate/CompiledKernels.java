package org.vivace.estimate;

import ai.djl.Device;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * On the CPU oneDNN, libtorch's library of convolutions, makes machine code for each shape that it meets, and keeps that
 * with its tables for the next time: one kernel forward, one for the input's gradient and one for the weight's.
 */
final class CompiledKernels {

    /** Of one kernel: a measured size, of networks with many small convolutions, where it is a tenth of the peak. */
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
