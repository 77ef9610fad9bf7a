package org.vivace.torch;

import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.jni.TorchBridge;
import com.sun.jna.Callback;
import com.sun.jna.Function;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.vivace.torch.NativeBinding.Answer;
import org.vivace.torch.NativeBinding.Replacement;

/**
 * Keeps bf16 arrays from aborting the JVM inside DJL's own operations.
 *
 * <p>DJL does not know bf16: it reads such an array's type as {@code UNKNOWN} and passes that number back to its native
 * methods (in softmax, {@code zerosLike} and copies between devices), where it ends the process. Under autocast any
 * user's block may do so. So the native methods that take a type are replaced by functions that pass fp32 for {@code
 * UNKNOWN}, which is also autocast's type for a softmax. A request for {@code BFLOAT16} gets bf16, and types that DJL
 * names but its engine lacks become exceptions. Gradients flow through the casts that {@link RecordedCast} names, and
 * {@link WrittenValues} get the type of their target. It costs such a call about two microseconds, and only after low
 * precision has been used. {@link OwnedMemory} handles arrays made from a buffer.
 */
final class DtypeGuard {

    private static final int UNKNOWN = DataType.UNKNOWN.ordinal();
    private static final int BFLOAT16 = DataType.BFLOAT16.ordinal();
    private static final int FLOAT32 = DataType.FLOAT32.ordinal();

    /** A native method of DJL, its JNI signature, the index of its type parameter, and the wrapper's interface. */
    private record Guarded(String name, String signature, int dtypeAt, Class<? extends Callback> type) {}

    private static final List<Guarded> METHODS = List.of(
            new Guarded("torchSoftmax", "(JJI)J", 2, Signatures.OverAxis.class),
            new Guarded("torchLogSoftmax", "(JJI)J", 2, Signatures.OverAxis.class),
            new Guarded("torchCumProd", "(JJI)J", 2, Signatures.OverAxis.class),
            new Guarded("torchTo", "(JI[I)J", 1, Signatures.ToDevice.class),
            new Guarded("torchEmpty", "([JII[IZ)J", 1, Signatures.OfShape.class),
            new Guarded("torchZeros", "([JII[IZ)J", 1, Signatures.OfShape.class),
            new Guarded("torchOnes", "([JII[IZ)J", 1, Signatures.OfShape.class),
            new Guarded("torchFull", "([JDII[IZ)J", 2, Signatures.Filled.class),
            new Guarded("torchZerosLike", "(JII[IZ)J", 1, Signatures.OfOne.class),
            new Guarded("torchOnesLike", "(JII[IZ)J", 1, Signatures.OfOne.class),
            new Guarded("torchRandPerm", "(JII[IZ)J", 1, Signatures.OfOne.class),
            new Guarded("torchRandint", "(JJ[JII[IZ)J", 3, Signatures.Integers.class),
            new Guarded("torchNormal", "(DD[JII[IZ)J", 3, Signatures.Reals.class),
            new Guarded("tensorUniform", "(DD[JII[IZ)J", 3, Signatures.Reals.class),
            new Guarded("torchEye", "(IIII[IZ)J", 2, Signatures.Eye.class),
            new Guarded("torchArange", "(FFFII[IZ)J", 3, Signatures.Range.class),
            new Guarded("torchLinspace", "(FFIII[IZ)J", 3, Signatures.Linspace.class));

    /** Replaces a native method, given the method itself and its arguments. */
    private interface Body {
        long invoke(Function original, Object[] arguments);
    }

    private static boolean installed;

    private DtypeGuard() {}

    static synchronized void install() {
        if (installed || !LibTorch.reachable()) {
            return;
        }
        List<Replacement> replacements = new ArrayList<>();
        for (Guarded method : METHODS) {
            Body body = (original, arguments) -> invoke(method, original, arguments);
            replacements.add(
                    Replacement.of(method.name(), method.signature(), wrapper(method.name(), method.type(), body)));
        }
        for (WrittenValues.Writing method : WrittenValues.METHODS) {
            replacements.add(Replacement.of(
                    method.name(), method.signature(), wrapper(method.name(), method.type(), method::invoke)));
        }
        NativeBinding.bind(TorchBridge.nativeMethods(), replacements);
        OwnedMemory.install();
        installed = true;
    }

    private static Callback wrapper(String name, Class<? extends Callback> type, Body body) {
        Function original = LibTorch.jniFunction(name);
        Object identity = new Object();
        return (Callback) Proxy.newProxyInstance(
                DtypeGuard.class.getClassLoader(), new Class<?>[] {type}, (proxy, called, arguments) -> {
                    if (called.getDeclaringClass() == Object.class) {
                        return ofObject(called, identity, proxy, arguments);
                    }
                    return Answer.of(() -> body.invoke(original, arguments));
                });
    }

    /** Identity as the wrapper's equality and hash, which JNA's table of callbacks needs. */
    private static Object ofObject(Method called, Object identity, Object proxy, Object[] arguments) throws Exception {
        return called.getName().equals("equals") ? proxy == arguments[0] : called.invoke(identity, arguments);
    }

    private static long invoke(Guarded method, Function original, Object[] arguments) {
        if (method.type() != Signatures.ToDevice.class) {
            return withKnownType(method, original, arguments);
        }
        long given = (Long) arguments[RecordedCast.TENSOR];
        long result = cast(method, original, arguments);
        HostTraffic.moved(method.name(), given, result);
        return result;
    }

    private static long cast(Guarded method, Function original, Object[] arguments) {
        if (!RecordedCast.concerns(arguments)) {
            return withKnownType(method, original, arguments);
        }
        long cast = RecordedCast.recorded(arguments);
        try {
            // An array that already has the type and the device is returned as it is, with its history.
            arguments[RecordedCast.TENSOR] = cast;
            return withKnownType(method, original, arguments);
        } finally {
            TorchBridge.free(cast);
        }
    }

    private static long withKnownType(Guarded method, Function original, Object[] arguments) {
        int at = method.dtypeAt() + 2; // the environment and the receiver come first
        int dtype = (Integer) arguments[at];
        if (dtype < UNKNOWN) {
            return original.invokeLong(arguments);
        }
        if (dtype != UNKNOWN && dtype != BFLOAT16) {
            throw refusal(method.name(), DataType.values()[dtype]);
        }
        arguments[at] = FLOAT32;
        long handle = original.invokeLong(arguments);
        return dtype == BFLOAT16 ? Cast.handleToBfloat16(handle) : handle;
    }

    static IllegalArgumentException refusal(String method, DataType type) {
        String advice = type == DataType.UNKNOWN || type == DataType.BFLOAT16
                ? ": copy the values as fp32 and cast the array"
                : ": DJL names this type, but does not pass it to libtorch";
        return new IllegalArgumentException(method + ": expected a type that DJL's PyTorch engine has, got "
                + type.name().toLowerCase(Locale.ROOT) + advice);
    }
}
