package org.vivace.measure;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv2d;
import org.vivace.torch.Autocast;
import org.vivace.torch.Autograd;
import org.vivace.torch.Cast;
import org.vivace.torch.GradMode;
import org.vivace.torch.MemoryFormat;
import org.vivace.torch.Precision;

/**
 * The highest measured rates of training a 3×3 convolution of 64 channels on 32×32 images, forward and backward, in
 * 10^9 floating-point operations a second (two for a multiply-add), by precision and memory layout, on which
 * convolutions depend more than matrix products do. NHWC is the layout with all channels of a pixel adjacent.
 *
 * @param disturbed whether other processes disturbed every measurement, so that the device can do more
 */
public record ConvolutionPeak(double fp32, double fp32Nhwc, double bf16, double bf16Nhwc, boolean disturbed) {

    private static final int CHANNELS = 64;
    private static final int SIDE = 32;
    private static final int KERNEL = 3;
    private static final int BATCH_ON_CPU = 16;
    private static final int BATCH_ON_GPU = 512;
    private static final long NANOS_PER_RATE = 300_000_000L;

    /** Undisturbed rates. */
    public ConvolutionPeak(double fp32, double fp32Nhwc, double bf16, double bf16Nhwc) {
        this(fp32, fp32Nhwc, bf16, bf16Nhwc, false);
    }

    /** Measures for about two seconds. */
    static ConvolutionPeak measure(Device device) {
        BestRate rates = new BestRate(device);
        double fp32 = best(rates, Precision.FLOAT32, MemoryFormat.CONTIGUOUS);
        double fp32Nhwc = best(rates, Precision.FLOAT32, MemoryFormat.CHANNELS_LAST);
        double bf16 = best(rates, Precision.BFLOAT16, MemoryFormat.CONTIGUOUS);
        double bf16Nhwc = best(rates, Precision.BFLOAT16, MemoryFormat.CHANNELS_LAST);
        return new ConvolutionPeak(fp32, fp32Nhwc, bf16, bf16Nhwc, rates.disturbed());
    }

    /** The rate in a precision and a layout; fp16 counts as bf16, which the same units compute at the same rate. */
    public double rate(Precision precision, MemoryFormat layout) {
        boolean full = precision == Precision.FLOAT32;
        return layout == MemoryFormat.CHANNELS_LAST ? full ? fp32Nhwc : bf16Nhwc : full ? fp32 : bf16;
    }

    private static double best(BestRate rates, Precision precision, MemoryFormat layout) {
        Device device = rates.device();
        int batch = device.isGpu() ? BATCH_ON_GPU : BATCH_ON_CPU;
        // Forward, and the gradients of the images and the weights.
        double flops = 3 * 2.0 * batch * SIDE * SIDE * CHANNELS * CHANNELS * KERNEL * KERNEL;
        try (NDManager manager = NDManager.newBaseManager(device);
                GradMode on = GradMode.on()) {
            NDArray images = layout.of(manager.randomNormal(new Shape(batch, CHANNELS, SIDE, SIDE)));
            NDArray weights = layout.of(manager.randomNormal(new Shape(CHANNELS, CHANNELS, KERNEL, KERNEL)));
            NDArray gradient = layout.of(manager.ones(images.getShape()));
            images.setRequiresGradient(true);
            weights.setRequiresGradient(true);
            train(images, weights, gradient, precision);
            return rates.of(flops, NANOS_PER_RATE, () -> train(images, weights, gradient, precision));
        }
    }

    private static void train(NDArray images, NDArray weights, NDArray gradient, Precision precision) {
        try (NDManager step = images.getManager().newSubManager()) {
            NDList inputs = new NDList(images, weights);
            NDArray result;
            Device device = images.getDevice();
            try (Autocast scope =
                    precision == Precision.FLOAT32 ? Autocast.off(device) : Autocast.enter(device, precision)) {
                Shape pad = new Shape(KERNEL / 2, KERNEL / 2);
                result = Conv2d.conv2d(inputs.get(0), inputs.get(1), null, new Shape(1, 1), pad, new Shape(1, 1), 1)
                        .singletonOrThrow();
            }
            result.attach(step);
            NDArray wide = Cast.to(result, Precision.FLOAT32);
            wide.attach(step);
            Autograd.backward(wide, gradient, false);
            try (NDArray of = weights.getGradient();
                    NDArray corner = of.flatten().get(0)) {
                corner.getFloat(); // waits for the device
            }
        }
    }
}
