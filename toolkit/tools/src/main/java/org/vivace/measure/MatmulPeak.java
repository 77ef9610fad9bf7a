package org.vivace.measure;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.vivace.torch.Cast;
import org.vivace.torch.GradMode;
import org.vivace.torch.Precision;

/**
 * The highest measured rate of multiplying square matrices on a device, in 10^9 floating-point operations a second: the
 * reference for a model's own rate.
 *
 * @param disturbed whether other processes disturbed every measurement, so that the device can do more
 */
public record MatmulPeak(double fp32, double bf16, boolean disturbed) {

    private static final int[] SIZES = {512, 1024, 2048};
    private static final int PRODUCTS = 2;
    private static final long NANOS_PER_SIZE = 200_000_000L;

    /** A size is omitted where one repetition of it would take longer than this, at the rate of the smaller one. */
    private static final double LONGEST_NANOS = 2e9;

    /** Undisturbed rates. */
    public MatmulPeak(double fp32, double bf16) {
        this(fp32, bf16, false);
    }

    /** Measures for a second or two, or some four where the processor has no bf16 units. */
    public static MatmulPeak measure(Device device) {
        BestRate rates = new BestRate(device);
        double fp32 = best(rates, Precision.FLOAT32);
        double bf16 = best(rates, Precision.BFLOAT16);
        return new MatmulPeak(fp32, bf16, rates.disturbed());
    }

    /** Measures the precision in which this peak is higher, for less than a second. */
    public double measureHigherAgain(Device device) {
        return best(new BestRate(device), bf16 > fp32 ? Precision.BFLOAT16 : Precision.FLOAT32);
    }

    /** The higher of each, for a machine that was busy during one of two measurements. */
    public MatmulPeak or(MatmulPeak other) {
        return new MatmulPeak(Math.max(fp32, other.fp32), Math.max(bf16, other.bf16), disturbed && other.disturbed);
    }

    public double higher() {
        return Math.max(fp32, bf16);
    }

    private static double best(BestRate rates, Precision precision) {
        double best = 0;
        for (int size : SIZES) {
            double flops = PRODUCTS * 2.0 * size * size * size;
            if (best > 0 && flops / best > LONGEST_NANOS) {
                // Without bf16 units a product of this size takes ten seconds and is no faster for it.
                break;
            }
            try (NDManager manager = NDManager.newBaseManager(rates.device());
                    GradMode off = GradMode.off()) {
                NDArray matrix = Cast.to(manager.randomNormal(new Shape(size, size)), precision);
                multiply(matrix);
                best = Math.max(best, rates.of(flops, NANOS_PER_SIZE, () -> multiply(matrix)));
            }
        }
        return best;
    }

    private static void multiply(NDArray matrix) {
        for (int i = 0; i < PRODUCTS; i++) {
            try (NDArray product = matrix.matMul(matrix)) {
                if (i == PRODUCTS - 1) {
                    waitFor(product);
                }
            }
        }
    }

    private static void waitFor(NDArray product) {
        try (NDArray corner = product.get(0, 0);
                NDArray wide = Cast.to(corner, Precision.FLOAT32)) {
            wide.getFloat();
        }
    }
}
