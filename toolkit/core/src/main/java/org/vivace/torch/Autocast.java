package org.vivace.torch;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import com.sun.jna.Function;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A scope in which libtorch runs matrix products and convolutions in bf16 or fp16 and keeps what needs range in fp32,
 * choosing operation by operation (<a href="https://arxiv.org/abs/1710.03740">Micikevicius et al. 2018</a>).
 *
 * <p>Weights are not changed; their casts are cached until the outermost scope closes. The state belongs to the thread:
 * enter and close on the thread that runs the forward pass, innermost scope first. Run only the forward pass inside.
 * Cast its results back with {@link Cast#toFloat32}, because DJL cannot read bf16.
 */
public final class Autocast implements AutoCloseable {

    /** A device's autocast state on a thread: whether it is on, and its precision; from {@link #current}. */
    public record State(Device device, boolean enabled, Precision precision) {

        /** Enters the same state again, on any thread. */
        public Autocast enter() {
            return new Autocast(this);
        }
    }

    private static final ThreadLocal<Autocast> INNERMOST = new ThreadLocal<>();

    private final State before;
    private final @Nullable Autocast outer;
    private final Thread thread;
    private boolean open = true;

    private Autocast(State state) {
        DtypeGuard.install();
        before = current(state.device());
        thread = Thread.currentThread();
        outer = INNERMOST.get();
        set(state);
        Native.INCREMENT_NESTING.invokeInt(null);
        INNERMOST.set(this);
    }

    /**
     * @param precision {@code BFLOAT16} or {@code FLOAT16}
     * @throws IllegalArgumentException for {@code FLOAT32}, the precision outside of any scope
     */
    public static Autocast enter(Device device, Precision precision) {
        if (precision == Precision.FLOAT32) {
            throw new IllegalArgumentException("autocast: expected bf16 or fp16, got fp32: omit the scope, or use"
                    + " Autocast.off(device) for fp32 inside a scope");
        }
        return new Autocast(new State(device, true, precision));
    }

    /** A scope inside another one, in which operations use their operands' own precision. */
    public static Autocast off(Device device) {
        return new Autocast(new State(device, false, current(device).precision()));
    }

    /** The same if a scope is on; empty if none is, since there is nothing to close. */
    static Optional<Autocast> offWhereOn(Device device) {
        return LibTorch.reachable() && enabled(deviceType(device)) ? Optional.of(off(device)) : Optional.empty();
    }

    /** The state that applies to operations on this array. */
    public static State of(NDArray array) {
        return array instanceof Symbolic symbolic ? symbolic.autocast() : current(array.getDevice());
    }

    /** This thread's state for the device. */
    public static State current(Device device) {
        byte type = deviceType(device);
        boolean enabled = enabled(type);
        int code = Native.GET_DTYPE.invokeInt(new Object[] {type}) & 0xff;
        Precision precision = code == Precision.FLOAT16.code() ? Precision.FLOAT16 : Precision.BFLOAT16;
        return new State(device, enabled, precision);
    }

    /** Whether a scope is on for any device on this thread. */
    static boolean anyOn() {
        return enabled((byte) 0) || enabled((byte) 1);
    }

    private static boolean enabled(byte deviceType) {
        return LibTorch.flag(Native.IS_ENABLED, deviceType);
    }

    @Override
    public void close() {
        if (!open) {
            return;
        }
        if (Thread.currentThread() != thread) {
            throw new IllegalStateException("autocast: expected to be closed on thread " + thread.getName()
                    + ", where it was entered, got " + Thread.currentThread().getName()
                    + ": enter and close it around the forward pass on one thread");
        }
        // In another order, the inner scope would be the last to close and would leave the outer one's state on.
        if (INNERMOST.get() != this) {
            throw new IllegalStateException(
                    "autocast: expected the scope that was entered last to be closed first, got an"
                            + " outer one: use try-with-resources");
        }
        open = false;
        INNERMOST.set(outer);
        int depth = Native.DECREMENT_NESTING.invokeInt(null);
        if (depth == 0) {
            Native.CLEAR_CACHE.invokeVoid(null);
        }
        set(before);
    }

    /** On a system where autocast's functions cannot be called, neither autocast nor its cache is ever on. */
    static boolean caching() {
        return LibTorch.reachable() && LibTorch.flag(Native.IS_CACHE_ENABLED);
    }

    static void setCaching(boolean caching) {
        if (!LibTorch.reachable()) {
            return;
        }
        Native.SET_CACHE_ENABLED.invokeVoid(new Object[] {flag(caching)});
    }

    private static void set(State state) {
        int type = deviceType(state.device());
        Native.SET_ENABLED.invokeVoid(new Object[] {type, flag(state.enabled())});
        Native.SET_DTYPE.invokeVoid(new Object[] {type, (byte) state.precision().code()});
    }

    private static byte flag(boolean value) {
        return (byte) (value ? 1 : 0);
    }

    /** {@code c10::DeviceType}, one byte: 0 for the CPU, 1 for CUDA. */
    private static byte deviceType(Device device) {
        return (byte) (device.isGpu() ? 1 : 0);
    }

    /** Looked up on first use, when the engine is loaded. */
    private static final class Native {
        static final Function SET_ENABLED = autocast("20set_autocast_enabledEN3c1010DeviceTypeEb");
        static final Function IS_ENABLED = autocast("19is_autocast_enabledEN3c1010DeviceTypeE");
        static final Function SET_DTYPE = autocast("18set_autocast_dtypeEN3c1010DeviceTypeENS1_10ScalarTypeE");
        static final Function GET_DTYPE = autocast("18get_autocast_dtypeEN3c1010DeviceTypeE");
        static final Function INCREMENT_NESTING = autocast("17increment_nestingEv");
        static final Function DECREMENT_NESTING = autocast("17decrement_nestingEv");
        static final Function CLEAR_CACHE = autocast("11clear_cacheEv");
        static final Function IS_CACHE_ENABLED = autocast("25is_autocast_cache_enabledEv");
        static final Function SET_CACHE_ENABLED = autocast("26set_autocast_cache_enabledEb");

        private static Function autocast(String name) {
            return LibTorch.function("_ZN2at8autocast" + name);
        }
    }
}
