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
 * LSTMs on the CPU done so that oneDNN computes them rightly, and at all, where it does not by itself.
 *
 * <p>Outside of recording oneDNN lays an LSTM's weights out in blocks, with the fault that {@link ConvolutionCure} tells
 * of; while recording it takes them as they are. So an LSTM is always done as if recorded, and the history is cut off
 * its results. In half precision oneDNN has no LSTM on many processors; under autocast it is done in fp32.
 */
final class LstmCure {

    /** The sequence and the two states. */
    private static final int RESULTS = 3;

    private static final Script SCRIPT = Script.of("LstmCure", """
            def without_history(self, x: Tensor) -> Tensor:
              return torch.detach(x)
            """);

    private static boolean installed;

    /** What native code answers with has to outlast the function that makes it: an array for each thread, for good. */
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
                (env, owner, array) -> Answer.of(Pointer.nativeValue(NativeBinding.globalReference(env, array)));
        NativeBinding.bind(
                TorchBridge.class,
                List.of(
                        new Replacement("lstm", signature, LibTorch.jniFunction("torchNNLstm")),
                        Replacement.of("addressOf", "([J)J", address)));
        Signatures.Lstm function = LstmCure::lstm;
        NativeBinding.bind(TorchBridge.nativeMethods(), List.of(Replacement.of("torchNNLstm", signature, function)));
        installed = true;
    }

    private static Answer lstm(
            Pointer env,
            Pointer self,
            long input,
            Pointer states,
            Pointer parameters,
            byte biases,
            int layers,
            double dropout,
            byte training,
            byte bidirectional,
            byte batchFirst) {
        try (Handles made = new Handles()) {
            boolean recording = JniUtils.isGradMode();
            boolean cpu = TorchBridge.isOnCpu(input);
            long[] given = NativeBinding.longs(env, states);
            long[] weights = NativeBinding.longs(env, parameters);
            Results results = RESULTS_OF_THREAD.get();
            try (Autocast off = cpu ? Autocast.offWhereOn(Device.cpu()) : null;
                    GradMode on = cpu && !recording ? GradMode.on() : null) {
                long[] found = TorchBridge.lstm(
                        off == null ? input : made.fp32(input),
                        off == null ? given : fp32(given, made),
                        off == null ? weights : fp32(weights, made),
                        biases != 0,
                        layers,
                        dropout,
                        training != 0,
                        bidirectional != 0,
                        batchFirst != 0);
                for (int i = 0; i < RESULTS; i++) {
                    results.handles[i] = on == null ? found[i] : withoutHistory(found[i]);
                }
            }
            return Answer.of(results.address);
        } catch (RuntimeException | Error e) {
            return Answer.failure(e);
        }
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
