package ai.djl.pytorch.jni;

import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDArray;

/**
 * What {@code org.vivace.torch} needs of DJL's JNI layer that DJL keeps package-private; that is the only reason for
 * this class to live in DJL's package. Nothing outside {@code org.vivace.torch} may use it.
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

    /** Runs {@code method(tensor, number)} on a tensor without an NDArray, frees that tensor, returns the result's handle. */
    public static long replace(long module, String method, long tensor, int number) {
        try {
            return handle(module, method, tensor, number);
        } finally {
            free(tensor);
        }
    }

    /** Runs {@code method(tensor, number)} on a tensor of somebody else's, returns the result's handle. */
    public static long handle(long module, String method, long tensor, int number) {
        try (IValue argument = new IValue(PyTorchLibrary.LIB.iValueFromTensor(tensor));
                IValue value = IValue.from((long) number);
                IValue result = run(module, method, new IValue[] {argument, value}, true)) {
            return PyTorchLibrary.LIB.iValueToTensor(result.getHandle());
        }
    }

    public static void free(long tensor) {
        PyTorchLibrary.LIB.torchDeleteTensor(tensor);
    }

    /** The type of a tensor without an NDArray, as DJL reads it. */
    public static DataType type(long tensor) {
        return DataType.values()[PyTorchLibrary.LIB.torchDType(tensor)];
    }

    /** Whether autograd has left a gradient on this leaf; {@code getGradient()} would invent zeros where it has not. */
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
}
