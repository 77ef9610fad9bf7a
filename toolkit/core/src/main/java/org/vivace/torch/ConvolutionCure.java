package org.vivace.torch;

import ai.djl.Device;
import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.jni.TorchBridge;
import com.sun.jna.Function;
import com.sun.jna.Pointer;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.vivace.torch.NativeBinding.Answer;
import org.vivace.torch.NativeBinding.Replacement;

/**
 * Runs the convolutions that oneDNN computes wrongly on the CPU in a way that it computes correctly.
 *
 * <p>oneDNN 3.7 lays weights out in blocks of as many channels as a register holds and pads the last block with zeros.
 * If a thread gets only such padding to write, it writes the zeros of many separate pieces as one contiguous piece,
 * over weights that are in use, and leaves the padding uninitialized. Channels-last weights have no blocks of input
 * channels, and weights whose channels fill their blocks need no padding. So a convolution whose channels do not fill
 * blocks runs on channels-last arrays, and its few weights are padded here if that is not enough. See {@code
 * docs/upstream}.
 */
final class ConvolutionCure {

    /** The largest block that oneDNN lays channels out in; smaller ones divide it. */
    static final int BLOCK = 16;

    private static final Script SCRIPT = Script.of("ConvolutionCure", """
            def last3(self, x: Tensor) -> Tensor:
              return torch.permute(torch.contiguous(torch.permute(x, [0, 2, 1])), [0, 2, 1])
            def last4(self, x: Tensor) -> Tensor:
              return torch.contiguous(x, memory_format=2)
            def last5(self, x: Tensor) -> Tensor:
              return torch.contiguous(x, memory_format=3)
            def first(self, x: Tensor) -> Tensor:
              return torch.contiguous(x)
            def pad(self, x: Tensor, sides: List[int]) -> Tensor:
              return torch.constant_pad_nd(x, sides, 0)
            def outputs(self, x: Tensor, count: int) -> Tensor:
              return torch.slice(x, 1, 0, count)
            """);

    /** DJL's own convolution of some tensors, with all other arguments of a call; the caller frees the result. */
    private interface Convolution {
        /** @param bias 0 for none */
        long of(long input, long weight, long bias);
    }

    private static boolean installed;

    private ConvolutionCure() {}

    /**
     * The changes to the arrays of a convolution.
     *
     * @param layout channels {@code LAST} or {@code FIRST}, or {@code AS_IS}
     * @param moreInputs channels of zeros that are appended to the input and the weight
     * @param moreOutputs outputs that are appended to the weight and removed from the result
     * @param wide whether it is computed in fp32 although half precision is requested
     */
    record Plan(Layout layout, int moreInputs, int moreOutputs, boolean wide) {

        enum Layout {
            AS_IS,
            FIRST,
            LAST
        }

        private static final Plan NONE = new Plan(Layout.AS_IS, 0, 0, false);

        /**
         * @param weight its shape, (outputs, inputs of a group, …)
         * @param half whether the convolution is computed in bf16 or fp16
         * @param strided whether any stride is more than 1
         */
        static Plan of(long[] weight, int groups, boolean half, boolean strided) {
            long inputs = weight[1];
            long outputs = weight[0] / groups;
            if (fillsBlocks(inputs, outputs)) {
                return NONE;
            }
            if (groups > 1) {
                boolean depthwise = inputs == 1 && outputs == 1;
                boolean wide = half && strided;
                return depthwise && !wide ? NONE : new Plan(Layout.FIRST, 0, 0, wide);
            }
            boolean pointwise = true;
            for (int i = 2; i < weight.length; i++) {
                pointwise &= weight[i] == 1;
            }
            // A pair of half-precision numbers is a block too.
            int moreInputs = (int) (half ? inputs % 2 : inputs == 1 ? 1 : 0);
            int block = pointwise ? BLOCK : half ? 2 : 1;
            return new Plan(Layout.LAST, moreInputs, Math.floorMod(-outputs, block), false);
        }

        /** Whether the channels of a group need no padding in any layout; such convolutions are right everywhere. */
        static boolean fillsBlocks(long inputs, long outputs) {
            return inputs % BLOCK == 0 && outputs % BLOCK == 0;
        }
    }

    static synchronized void install() {
        if (installed) {
            return;
        }
        Function original = LibTorch.jniFunction("torchNNConvNd");
        Signatures.Convolution function = (env, self, input, weight, bias, stride, padding, dilation, groups) -> {
            Convolution djls = (x, w, b) ->
                    original.invokeLong(new Object[] {env, self, x, w, b, stride, padding, dilation, groups});
            return Answer.of(() -> convolve(djls, input, weight, bias, groups, () -> strided(env, stride)));
        };
        NativeBinding.bind(
                TorchBridge.nativeMethods(), List.of(Replacement.of("torchNNConvNd", "(JJJ[J[J[JI)J", function)));
        installed = true;
    }

    private static long convolve(
            Convolution djls, long input, long weight, long bias, int groups, BooleanSupplier strided) {
        Optional<Precision> precision = precision(input);
        Plan plan = precision
                .map(of -> Plan.of(TorchBridge.shape(weight), groups, of != Precision.FLOAT32, strided.getAsBoolean()))
                .orElse(Plan.NONE);
        if (plan == Plan.NONE) {
            return djls.of(input, weight, bias);
        }
        return follow(plan, plan.wide() ? inFloat32(djls, precision.get()) : djls, input, weight, bias);
    }

    /** The precision that libtorch computes in; empty if oneDNN is not used. */
    private static Optional<Precision> precision(long input) {
        DataType type = TorchBridge.type(input);
        if (!RecordedCast.isAutocasts(type) || !TorchBridge.isOnCpu(input)) {
            return Optional.empty();
        }
        Autocast.State autocast = Autocast.current(Device.cpu());
        return Optional.of(autocast.enabled() ? autocast.precision() : RecordedCast.precision(type));
    }

    private static boolean strided(Pointer env, Pointer stride) {
        for (long step : NativeBinding.longs(env, stride)) {
            if (step > 1) {
                return true;
            }
        }
        return false;
    }

    private static long follow(Plan plan, Convolution convolution, long input, long weight, long bias) {
        try (Handles made = new Handles()) {
            long x = made.keep(laidOut(plan, padded(plan.moreInputs(), 1, input, made)));
            long w = padded(plan.moreOutputs(), 0, padded(plan.moreInputs(), 1, weight, made), made);
            w = made.keep(laidOut(plan, w));
            long b = bias == 0 ? 0 : padded(plan.moreOutputs(), 0, bias, made);
            long result = convolution.of(x, w, b);
            if (plan.moreOutputs() == 0) {
                return result;
            }
            long first = SCRIPT.handle("outputs", made.keep(result), TorchBridge.shape(weight)[0]);
            return laidOut(plan, made.keep(first));
        }
    }

    /** The convolution computed in fp32, with a result of the requested precision. */
    private static Convolution inFloat32(Convolution djls, Precision precision) {
        return (input, weight, bias) -> {
            try (Handles made = new Handles();
                    Autocast off = Autocast.off(Device.cpu())) {
                long result = djls.of(made.fp32(input), made.fp32(weight), bias == 0 ? 0 : made.fp32(bias));
                return Cast.handle(made.keep(result), precision);
            }
        };
    }

    /** A tensor that the caller owns; it may share the given one's memory. */
    private static long laidOut(Plan plan, long tensor) {
        String function = plan.layout() == Plan.Layout.LAST ? "last" + TorchBridge.shape(tensor).length : "first";
        return SCRIPT.handle(function, tensor);
    }

    /** The tensor, padded with zeros at the end of an axis. */
    private static long padded(int more, int axis, long tensor, Handles made) {
        if (more == 0) {
            return tensor;
        }
        // libtorch lists the sides from the last axis on, two per axis.
        int axes = TorchBridge.shape(tensor).length;
        long[] sides = new long[2 * (axes - axis)];
        sides[sides.length - 1] = more;
        return made.keep(SCRIPT.handle("pad", tensor, (Object) sides));
    }
}
