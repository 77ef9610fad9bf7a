package org.vivace.torch;

import com.sun.jna.Callback;
import com.sun.jna.CallbackReference;
import com.sun.jna.Function;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import com.sun.jna.Structure;
import com.sun.jna.Structure.FieldOrder;
import java.util.Set;
import org.vivace.torch.HostTransfer.Kind;

/**
 * Reports the operators of this thread that make the host wait for a GPU, also those inside of TorchScript and of the
 * backward pass, by libtorch's own observers. It adds a few microseconds to every operator while it is open.
 */
final class OperatorWatch implements AutoCloseable {

    /** What a watch reports to. */
    @FunctionalInterface
    interface Listener {
        void found(Kind kind, String operator);
    }

    private static final Set<String> READING = Set.of("aten::_local_scalar_dense", "aten::equal");

    private static final Set<String> OF_DATA_DEPENDENT_SHAPE = Set.of(
            "aten::nonzero",
            "aten::masked_select",
            "aten::_unique",
            "aten::_unique2",
            "aten::unique_dim",
            "aten::unique_consecutive",
            "aten::bincount");

    /** Operators that read a scalar on the CPU only: CUDA's kernels read it on the device. */
    private static final Set<String> READING_ON_CPU_ONLY = Set.of(
            "aten::_fused_adam_",
            "aten::_fused_adamw_",
            "aten::_fused_sgd_",
            "aten::_amp_update_scale_",
            "aten::_amp_foreach_non_finite_check_and_unscale_");

    /** C++ returns an object, a null pointer here, where the hidden first argument says, and that address. */
    interface Start extends Callback {
        Pointer call(Pointer result, Pointer function);
    }

    interface End extends Callback {
        void call(Pointer function, Pointer context);
    }

    /** libtorch's {@code at::RecordFunctionCallback}. */
    @FieldOrder({"start", "end", "probability", "scopes", "needsInputs", "needsOutputs", "needsIds"})
    public static final class Observer extends Structure implements Structure.ByValue {
        public Pointer start;
        public Pointer end;
        public double probability = 1;
        /** For operators and nodes of autograd, but not for whole TorchScript functions. */
        public byte[] scopes = {1, 0, 0, 0, 0, 0, 0, 0, 0, 0};

        public byte needsInputs;
        public byte needsOutputs;
        public byte needsIds;

        private Observer(Callback start, Callback end) {
            this.start = CallbackReference.getFunctionPointer(start);
            this.end = CallbackReference.getFunctionPointer(end);
        }
    }

    private final Listener listener;
    // Native code holds their addresses as long as the watch is open.
    private final Start start = this::started;
    private final End end = this::ended;
    /** How many operators are running on the thread whose own reads do not count. */
    private final ThreadLocal<Integer> within = ThreadLocal.withInitial(() -> 0);

    private final long handle;

    private OperatorWatch(Listener listener) {
        this.listener = listener;
        handle = Native.ADD.invokeLong(new Object[] {new Observer(start, end)});
    }

    /** An object is returned in another way on other processors. */
    static boolean supported() {
        return LibTorch.reachable() && Platform.isIntel() && Platform.is64Bit();
    }

    static OperatorWatch open(Listener listener) {
        return new OperatorWatch(listener);
    }

    private Pointer started(Pointer result, Pointer function) {
        result.setLong(0, 0);
        String name = name(function);
        boolean shape = OF_DATA_DEPENDENT_SHAPE.contains(name);
        if (within.get() == 0) {
            if (shape) {
                listener.found(Kind.SHAPE, name);
            } else if (READING.contains(name)) {
                listener.found(Kind.TO_HOST, name);
            }
        }
        if (shape || READING_ON_CPU_ONLY.contains(name)) {
            within.set(within.get() + 1);
        }
        return result;
    }

    private void ended(Pointer function, Pointer context) {
        String name = name(function);
        if (OF_DATA_DEPENDENT_SHAPE.contains(name) || READING_ON_CPU_ONLY.contains(name)) {
            within.set(within.get() - 1);
        }
    }

    private static String name(Pointer function) {
        return Native.NAME.invokePointer(new Object[] {function}).getString(0);
    }

    /** On the thread that opened it. */
    @Override
    public void close() {
        Native.REMOVE.invokeVoid(new Object[] {handle});
    }

    /** Looked up on first use, when the engine is loaded. */
    private static final class Native {
        static final Function ADD = LibTorch.function("_ZN2at22addThreadLocalCallbackENS_22RecordFunctionCallbackE");
        static final Function REMOVE = LibTorch.function("_ZN2at14removeCallbackEm");
        static final Function NAME = LibTorch.function("_ZNK2at14RecordFunction4nameEv");
    }
}
