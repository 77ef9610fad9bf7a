package org.vivace.torch;

import com.sun.jna.Callback;
import com.sun.jna.CallbackReference;
import com.sun.jna.FromNativeContext;
import com.sun.jna.Function;
import com.sun.jna.Library;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.NativeMapped;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Replaces native methods by Java functions, through JNI's {@code RegisterNatives}. */
final class NativeBinding {

    private static final int JNI_VERSION_1_8 = 0x00010008;
    // Indices in the invocation and the JNI function tables, fixed by the JNI specification.
    private static final int GET_ENV = 6;
    private static final int NEW_GLOBAL_REFERENCE = 21;
    private static final int DELETE_GLOBAL_REFERENCE = 22;
    private static final int GET_ARRAY_LENGTH = 171;
    private static final int GET_LONG_ARRAY_REGION = 204;
    private static final int REGISTER_NATIVES = 215;
    private static final int GET_DIRECT_BUFFER_CAPACITY = 231;

    /** Native code holds addresses of these, so they must stay reachable forever. */
    private static final List<Object> KEPT = new ArrayList<>();

    private NativeBinding() {}

    /**
     * A native method and the function to bind it to.
     *
     * @param signature JNI's, such as {@code (JI)J}
     */
    record Replacement(String name, String signature, Pointer function) {

        /** @param function takes the environment, the receiver and the method's arguments, and returns an {@link Answer} */
        static Replacement of(String name, String signature, Callback function) {
            KEPT.add(function);
            return new Replacement(name, signature, Direct.address(function));
        }
    }

    /**
     * The result of a function that replaces a native method: a number, or an exception for the method's caller.
     *
     * <p>JNA swallows what a callback throws. It converts the answer after the callback has returned, and what the
     * conversion throws stays pending, so the JVM throws it where the native method was called.
     */
    public static final class Answer implements NativeMapped {

        private final long value;
        private final @Nullable Throwable failure;

        /** For JNA, which calls {@link #nativeType} on an instance. */
        public Answer() {
            this(0, null);
        }

        private Answer(long value, @Nullable Throwable failure) {
            this.value = value;
            this.failure = failure;
        }

        /** The result of {@code value}, or what it throws. */
        static Answer of(LongSupplier value) {
            try {
                return new Answer(value.getAsLong(), null);
            } catch (RuntimeException | Error e) {
                return new Answer(0, e);
            }
        }

        /** For a native method without a result: what {@code work} throws, if anything. */
        static Answer of(Runnable work) {
            return of(() -> {
                work.run();
                return 0;
            });
        }

        @Override
        public Object toNative() {
            if (failure instanceof Error error) {
                throw error;
            } else if (failure instanceof RuntimeException exception) {
                throw exception;
            } else if (failure != null) {
                throw new IllegalStateException(failure);
            }
            return value;
        }

        @Override
        public Object fromNative(Object nativeValue, FromNativeContext context) {
            return new Answer((Long) nativeValue, null);
        }

        @Override
        public Class<?> nativeType() {
            return Long.class;
        }
    }

    /** @throws IllegalStateException if the JVM does not accept the functions */
    static synchronized void bind(Class<?> owner, List<Replacement> replacements) {
        long entry = 3L * Native.POINTER_SIZE;
        Memory table = new Memory(entry * replacements.size());
        for (int i = 0; i < replacements.size(); i++) {
            Replacement replacement = replacements.get(i);
            table.setPointer(i * entry, string(replacement.name()));
            table.setPointer(i * entry + Native.POINTER_SIZE, string(replacement.signature()));
            table.setPointer(i * entry + 2L * Native.POINTER_SIZE, replacement.function());
        }
        Pointer environment = environment();
        Object[] arguments = {environment, owner, table, replacements.size()};
        Object status = jni(environment, REGISTER_NATIVES)
                .invoke(int.class, arguments, Map.of(Library.OPTION_ALLOW_OBJECTS, true));
        if (!Integer.valueOf(0).equals(status)) {
            throw new IllegalStateException("expected JNI to bind the guarded versions of DJL's native methods, but it"
                    + " returned " + status + ": low precision would not be safe on this JVM");
        }
    }

    /** The numbers in a Java {@code long[]} that a native method was given. */
    static long[] longs(Pointer environment, Pointer array) {
        int length = jni(environment, GET_ARRAY_LENGTH).invokeInt(new Object[] {environment, array});
        if (length == 0) {
            return new long[0];
        }
        try (Memory copy = new Memory((long) length * Long.BYTES)) {
            jni(environment, GET_LONG_ARRAY_REGION).invokeVoid(new Object[] {environment, array, 0, length, copy});
            return copy.getLongArray(0, length);
        }
    }

    /** The capacity of a direct buffer that a native method was given, in elements: bytes for a {@code ByteBuffer}. */
    static long capacity(Pointer environment, Pointer buffer) {
        return jni(environment, GET_DIRECT_BUFFER_CAPACITY).invokeLong(new Object[] {environment, buffer});
    }

    /**
     * A permanent reference to an object that a native method was given. A function's local references end with it, so
     * a function that returns an object returns such a reference.
     */
    static Pointer globalReference(Pointer environment, Pointer object) {
        return jni(environment, NEW_GLOBAL_REFERENCE).invokePointer(new Object[] {environment, object});
    }

    /** Gives up a {@link #globalReference}, or does nothing for null. */
    static void deleteGlobalReference(Pointer environment, Pointer reference) {
        jni(environment, DELETE_GLOBAL_REFERENCE).invokeVoid(new Object[] {environment, reference});
    }

    private static Function jni(Pointer environment, int place) {
        return Function.getFunction(environment.getPointer(0).getPointer((long) place * Native.POINTER_SIZE));
    }

    private static Memory string(String text) {
        Memory memory = new Memory(text.length() + 1L);
        memory.setString(0, text);
        KEPT.add(memory);
        return memory;
    }

    private static Pointer environment() {
        Path jvm = Path.of(System.getProperty("java.home"), "lib", "server", System.mapLibraryName("jvm"));
        PointerByReference machine = new PointerByReference();
        NativeLibrary.getInstance(jvm.toString())
                .getFunction("JNI_GetCreatedJavaVMs")
                .invokeInt(new Object[] {machine, 1, new IntByReference()});
        Pointer getEnv = machine.getValue().getPointer(0).getPointer((long) GET_ENV * Native.POINTER_SIZE);
        PointerByReference environment = new PointerByReference();
        Function.getFunction(getEnv).invokeInt(new Object[] {machine.getValue(), environment, JNI_VERSION_1_8});
        return environment.getValue();
    }

    /**
     * JNA makes two kinds of callback, and only those passed through a directly mapped function convert their answer as
     * {@link Answer} needs it ({@link CallbackReference#getFunctionPointer} makes the other kind). So the address comes
     * from a function that returns its argument: {@code memcpy} of no bytes.
     */
    private static final class Direct {

        static {
            Native.register(Platform.C_LIBRARY_NAME);
        }

        static Pointer address(Callback function) {
            return memcpy(function, Pointer.NULL, 0);
        }

        private static native Pointer memcpy(Callback to, Pointer from, long bytes);
    }
}
