package org.vivace.torch;

import ai.djl.Device;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.pytorch.jni.TorchBridge;
import com.sun.jna.Pointer;
import java.util.Arrays;
import java.util.List;
import org.vivace.torch.NativeBinding.Answer;
import org.vivace.torch.NativeBinding.Replacement;

/**
 * Runs LSTMs on the CPU in a way that oneDNN supports and computes correctly.
 *
 * <p>Outside of recording oneDNN lays an LSTM's weights out in blocks, with the fault that {@link ConvolutionCure}
 * describes; while recording it does not. So an LSTM always runs as if recorded, and its results are then detached. In
 * half precision oneDNN has no LSTM on many processors; under autocast it runs in fp32.
 */
final class LstmCure {

    /** The sequence and the two states. */
    private static final int RESULTS = 3;

    private static final Script SCRIPT = Script.of("LstmCure", """
            def without_history(self, x: Tensor) -> Tensor:
              return torch.detach(x)
            """);

    /** DJL's own LSTM of some tensors, with all other arguments of a call. */
    private interface Lstm {
        long[] of(long input, long[] states, long[] weights);
    }

    private static boolean installed;

    /** The results of native code must outlive the function that creates them: one array per thread, never freed. */
    private static final ThreadLocal<Results> RESULTS_OF_THREAD = ThreadLocal.withInitial(Results::new);

    private static final class Results {
        final long[] handles = new long[RESULTS];
        final long address = TorchBridge.addressOf(handles);
    }

    private LstmCure() {}

    static synchronized void install() {
        if (installed) {
            return;
        }
        String signature = "(J[J[JZIDZZZ)[J";
        Signatures.ArrayAddress address =
                (env, owner, array) -> Answer.of(() -> Pointer.nativeValue(NativeBinding.globalReference(env, array)));
        NativeBinding.bind(
                TorchBridge.class,
                List.of(
                        new Replacement("lstm", signature, LibTorch.jniFunction("torchNNLstm")),
                        Replacement.of("addressOf", "([J)J", address)));
        Signatures.Lstm function =
                (env, self, input, states, weights, biases, layers, dropout, training, bidirectional, batchFirst) -> {
                    Lstm djls = (x, given, w) -> TorchBridge.lstm(
                            x,
                            given,
                            w,
                            biases != 0,
                            layers,
                            dropout,
                            training != 0,
                            bidirectional != 0,
                            batchFirst != 0);
                    return Answer.of(() ->
                            lstm(djls, input, NativeBinding.longs(env, states), NativeBinding.longs(env, weights)));
                };
        NativeBinding.bind(TorchBridge.nativeMethods(), List.of(Replacement.of("torchNNLstm", signature, function)));
        installed = true;
    }

    /** @return the address of a Java array with the handles of the results, valid on this thread until its next call */
    private static long lstm(Lstm djls, long input, long[] states, long[] weights) {
        boolean recording = JniUtils.isGradMode();
        boolean cpu = TorchBridge.isOnCpu(input);
        Results results = RESULTS_OF_THREAD.get();
        try (Handles made = new Handles();
                Autocast off = cpu ? Autocast.offWhereOn(Device.cpu()).orElse(null) : null;
                GradMode on = cpu && !recording ? GradMode.on() : null) {
            long[] found = off == null
                    ? djls.of(input, states, weights)
                    : djls.of(made.fp32(input), fp32(states, made), fp32(weights, made));
            for (int i = 0; i < RESULTS; i++) {
                results.handles[i] = on == null ? found[i] : withoutHistory(found[i]);
            }
        }
        return results.address;
    }

    private static long withoutHistory(long tensor) {
        try {
            return SCRIPT.handle("without_history", tensor);
        } finally {
            TorchBridge.free(tensor);
        }
    }

    private static long[] fp32(long[] tensors, Handles made) {
        return Arrays.stream(tensors).map(made::fp32).toArray();
    }
}
