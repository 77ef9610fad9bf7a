package org.vivace.torch;

import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.jni.TorchBridge;
import com.sun.jna.Callback;
import com.sun.jna.CallbackProxy;
import com.sun.jna.CallbackReference;
import com.sun.jna.Function;
import com.sun.jna.Library;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Keeps bf16 arrays from aborting the JVM inside DJL's own operations.
 *
 * <p>DJL does not know bf16: it reads such an array's type as {@code UNKNOWN} and hands that number back to its native
 * methods (softmax does, and {@code zerosLike}, and the copy between devices), where the unknown number ends the
 * process. Under autocast any user's block may come to that point. So the native methods that take a type are bound
 * again, through JNI's {@code RegisterNatives}, to a wrapper that passes fp32 where DJL says {@code UNKNOWN}; that is
 * also what autocast wants of a softmax. A request for {@code BFLOAT16} is served in truth. It costs such a call about
 * two microseconds, and only once something low-precision has been asked for.
 */
final class DtypeGuard {

    private static final int UNKNOWN = DataType.UNKNOWN.ordinal();
    private static final int BFLOAT16 = DataType.BFLOAT16.ordinal();
    private static final int FLOAT32 = DataType.FLOAT32.ordinal();

    private static final int JNI_VERSION_1_8 = 0x00010008;
    // Places in the invocation and the JNI function tables, fixed by the JNI specification.
    private static final int GET_ENV = 6;
    private static final int REGISTER_NATIVES = 215;

    /** A native method of DJL's, its JNI signature, and which of its parameters is a type. */
    private record Method(String name, String signature, int dtypeAt) {}

    private static final List<Method> METHODS = List.of(
            new Method("torchSoftmax", "(JJI)J", 2),
            new Method("torchLogSoftmax", "(JJI)J", 2),
            new Method("torchCumProd", "(JJI)J", 2),
            new Method("torchTo", "(JI[I)J", 1),
            new Method("torchEmpty", "([JII[IZ)J", 1),
            new Method("torchZeros", "([JII[IZ)J", 1),
            new Method("torchOnes", "([JII[IZ)J", 1),
            new Method("torchFull", "([JDII[IZ)J", 2),
            new Method("torchZerosLike", "(JII[IZ)J", 1),
            new Method("torchOnesLike", "(JII[IZ)J", 1));

    /** Native code holds addresses into these, so they must stay reachable for good. */
    private static final List<Object> KEPT = new ArrayList<>();

    private static boolean installed;

    private DtypeGuard() {}

    static synchronized void install() {
        if (installed || !LibTorch.reachable()) {
            return;
        }
        long entry = 3L * Native.POINTER_SIZE;
        Memory table = new Memory(entry * METHODS.size());
        KEPT.add(table);
        for (int i = 0; i < METHODS.size(); i++) {
            Method method = METHODS.get(i);
            Callback wrapper = new Wrapper(method, LibTorch.jniFunction(method.name()));
            KEPT.add(wrapper);
            table.setPointer(i * entry, nativeString(method.name()));
            table.setPointer(i * entry + Native.POINTER_SIZE, nativeString(method.signature()));
            table.setPointer(i * entry + 2L * Native.POINTER_SIZE, CallbackReference.getFunctionPointer(wrapper));
        }
        Pointer environment = jniEnvironment();
        Pointer registerNatives = environment.getPointer(0).getPointer((long) REGISTER_NATIVES * Native.POINTER_SIZE);
        Object[] arguments = {environment, TorchBridge.nativeMethods(), table, METHODS.size()};
        Object status = Function.getFunction(registerNatives)
                .invoke(int.class, arguments, Map.of(Library.OPTION_ALLOW_OBJECTS, true));
        if (!Integer.valueOf(0).equals(status)) {
            throw new IllegalStateException("expected JNI to bind the guarded versions of DJL's native methods, it"
                    + " answered " + status + ": low precision would not be safe on this JVM");
        }
        installed = true;
    }

    private static Memory nativeString(String text) {
        Memory memory = new Memory(text.length() + 1L);
        memory.setString(0, text);
        KEPT.add(memory);
        return memory;
    }

    private static Pointer jniEnvironment() {
        PointerByReference machine = new PointerByReference();
        jvm().getFunction("JNI_GetCreatedJavaVMs").invokeInt(new Object[] {machine, 1, new IntByReference()});
        Pointer getEnv = machine.getValue().getPointer(0).getPointer((long) GET_ENV * Native.POINTER_SIZE);
        PointerByReference environment = new PointerByReference();
        Function.getFunction(getEnv).invokeInt(new Object[] {machine.getValue(), environment, JNI_VERSION_1_8});
        return environment.getValue();
    }

    private static NativeLibrary jvm() {
        String library = System.mapLibraryName("jvm");
        return NativeLibrary.getInstance(Path.of(System.getProperty("java.home"), "lib", "server", library)
                .toString());
    }

    private static final class Wrapper implements CallbackProxy {

        private final Function original;
        private final Class<?>[] parameters;
        private final int dtypeAt;

        Wrapper(Method method, Function original) {
            this.original = original;
            this.parameters = nativeTypes(method.signature());
            this.dtypeAt = method.dtypeAt() + 2; // JNIEnv and the object come first
        }

        @Override
        public Object callback(Object[] arguments) {
            int dtype = (Integer) arguments[dtypeAt];
            if (dtype != UNKNOWN && dtype != BFLOAT16) {
                return original.invokeLong(arguments);
            }
            arguments[dtypeAt] = FLOAT32;
            long handle = original.invokeLong(arguments);
            return dtype == BFLOAT16 ? Cast.handleToBfloat16(handle) : handle;
        }

        @Override
        public Class<?>[] getParameterTypes() {
            return parameters;
        }

        @Override
        public Class<?> getReturnType() {
            return long.class;
        }

        private static Class<?>[] nativeTypes(String signature) {
            List<Class<?>> types = new ArrayList<>(List.of(Pointer.class, Pointer.class));
            for (int i = 1; signature.charAt(i) != ')'; i++) {
                switch (signature.charAt(i)) {
                    case 'J' -> types.add(long.class);
                    case 'I' -> types.add(int.class);
                    case 'Z' -> types.add(byte.class);
                    case 'D' -> types.add(double.class);
                    case '[' -> {
                        types.add(Pointer.class);
                        i++;
                    }
                    default -> throw new IllegalArgumentException("no native type for " + signature.charAt(i));
                }
            }
            return types.toArray(Class<?>[]::new);
        }
    }
}
