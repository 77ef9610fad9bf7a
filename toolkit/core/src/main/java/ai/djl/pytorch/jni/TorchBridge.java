package ai.djl.pytorch.jni;

import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDArray;
import java.nio.ByteBuffer;

/**
 * The package-private part of DJL's JNI layer that {@code org.vivace.torch} needs; this class is in DJL's package only
 * for that. Nothing outside {@code org.vivace.torch} may use it.
 */
public final class TorchBridge {

    private TorchBridge() {}

    /**
     * Runs a TorchScript method.
     *
     * @param autograd true to run in the thread's gradient mode, false to run in inference mode (no graph, no version
     *     counters: right for updates in place)
     */
    public static IValue run(long module, String method, IValue[] arguments, boolean autograd) {
        long[] handles = new long[arguments.length];
        for (int i = 0; i < handles.length; i++) {
            handles[i] = arguments[i].getHandle();
        }
        return new IValue(PyTorchLibrary.LIB.moduleRunMethod(module, method, handles, autograd, false));
    }

    /** A tensor without an NDArray as an argument; its owner keeps the tensor. */
    public static IValue value(long tensor) {
        return new IValue(PyTorchLibrary.LIB.iValueFromTensor(tensor));
    }

    /** The handle of a result that is a tensor, for the caller to free. */
    public static long tensor(IValue result) {
        return PyTorchLibrary.LIB.iValueToTensor(result.getHandle());
    }

    /** The shape of a tensor without an NDArray. */
    public static long[] shape(long tensor) {
        return PyTorchLibrary.LIB.torchSizes(tensor);
    }

    /** Whether a tensor without an NDArray is in the host's memory. */
    public static boolean isOnCpu(long tensor) {
        return PyTorchLibrary.LIB.torchDevice(tensor)[0] == 0;
    }

    /** A detached copy with its own memory, for the caller to free. */
    public static long copy(long tensor) {
        return PyTorchLibrary.LIB.tensorClone(tensor);
    }

    public static void free(long tensor) {
        PyTorchLibrary.LIB.torchDeleteTensor(tensor);
    }

    /** The type of a tensor without an NDArray, as DJL reads it. */
    public static DataType type(long tensor) {
        return DataType.values()[PyTorchLibrary.LIB.torchDType(tensor)];
    }

    /** Whether autograd has left a gradient on this leaf; {@code getGradient()} would create zeros if it has not. */
    public static boolean hasGradient(PtNDArray leaf) {
        long gradient = PyTorchLibrary.LIB.torchGrad(leaf.getHandle());
        if (gradient == 0) {
            return false;
        }
        PyTorchLibrary.LIB.torchDeleteTensor(gradient);
        return true;
    }

    /** The class that declares DJL's native methods, for binding guarded versions of some of them. */
    public static Class<?> nativeMethods() {
        return PyTorchLibrary.class;
    }

    /**
     * DJL's original LSTM under another name, to call after DJL's method is bound to its replacement; to be bound to
     * the function that DJL's method is first bound to.
     */
    public static native long[] lstm(
            long input,
            long[] states,
            long[] parameters,
            boolean biases,
            int layers,
            double dropout,
            boolean training,
            boolean bidirectional,
            boolean batchFirst);

    /** The permanent address of an array for native code; to be bound before the first call. */
    public static native long addressOf(long[] array);

    /** DJL's original copy of a tensor's values under another name, likewise. */
    public static native byte[] bytes(long tensor);

    /** DJL's original view of a tensor's values under another name, likewise. */
    public static native ByteBuffer buffer(long tensor);

    /** A permanent reference to an object, as native code returns it; to be bound before the first call. */
    public static native long referenceTo(Object object);
}
