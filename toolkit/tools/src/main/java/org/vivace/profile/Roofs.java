package org.vivace.profile;

import org.vivace.measure.Calibration;
import org.vivace.torch.MemoryFormat;
import org.vivace.torch.Precision;
import org.vivace.trace.Operator;
import org.vivace.trace.OperatorKind;

/**
 * Operators against a machine's roofs: whether arithmetic, memory or the call itself is what an operator takes its time
 * for.
 *
 * @param precision that matrix products and convolutions are computed in
 * @param layout of images and of convolutions' weights
 */
record Roofs(Calibration machine, Precision precision, MemoryFormat layout) {

    /** What the operator itself is bound by: its arithmetic, its memory traffic, or, where both are nothing, its call. */
    Bound of(Operator operator) {
        double arithmetic = arithmeticMicros(operator);
        double memory = memoryMicros(operator);
        if (Math.max(arithmetic, memory) < machine.operationMicros()) {
            return Bound.HOST;
        }
        return arithmetic >= memory ? Bound.COMPUTE : Bound.MEMORY_BANDWIDTH;
    }

    /** The shortest time for its arithmetic; 0 if the trace does not contain its amount. */
    double arithmeticMicros(Operator operator) {
        return operator.flops().orElse(0) / peak(operator.kind()) / 1e3;
    }

    /** The shortest time for its traffic; 0 if the trace does not contain its amount. */
    double memoryMicros(Operator operator) {
        return operator.bytes().orElse(0) / machine.gigabytesPerSecond() / 1e3;
    }

    /** 10^9 operations a second that this kind of operator can reach here. */
    double peak(OperatorKind kind) {
        return switch (kind) {
            case CONVOLUTION -> machine.convolutionPeak().rate(precision, layout);
            case MATRIX_PRODUCT, ATTENTION -> matmul(precision);
            // Vector units serve what is done element by element, whatever precision the products have.
            default -> matmul(Precision.FLOAT32);
        };
    }

    private double matmul(Precision inPrecision) {
        return inPrecision == Precision.FLOAT32
                ? machine.matmulPeak().fp32()
                : machine.matmulPeak().bf16();
    }

    static boolean isProduct(OperatorKind kind) {
        return kind == OperatorKind.MATRIX_PRODUCT
                || kind == OperatorKind.CONVOLUTION
                || kind == OperatorKind.ATTENTION;
    }
}
