package org.vivace.torch;

import ai.djl.Device;
import ai.djl.pytorch.jni.TorchBridge;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.vivace.torch.HostTransfer.Kind;

/**
 * A scope that counts where this thread's host would wait for a GPU: every number that is copied from Java, every value
 * that is read, every copy between devices, and every operator whose result's shape depends on values.
 *
 * <p>The same calls are made on the CPU, where nothing waits. So they can be counted there: a scope on the CPU counts
 * as if its arrays were on a GPU. A scope on a GPU counts only what has an end on it.
 *
 * <p>What goes through DJL is counted where Java enters its native library. What happens inside of TorchScript is
 * counted operator by operator, on x86-64 only. Nothing is installed, and nothing costs anything, before the first
 * scope is opened; from then on a read of values takes some 20 µs longer, and what {@link DtypeGuard} guards two.
 */
public final class HostTraffic implements AutoCloseable {

    private static final int FRAMES = 6;

    private static final ThreadLocal<HostTraffic> OPEN = new ThreadLocal<>();

    /** Frames that only pass a call on to libtorch. */
    private static final List<String> PASSING =
            List.of("java.", "jdk.", "sun.", "com.sun.", "ai.djl.ndarray.", "ai.djl.pytorch.", "ai.djl.util.");

    private static final Set<String> PASSING_CLASSES = Stream.of(
                    HostTraffic.class,
                    HostReads.class,
                    OperatorWatch.class,
                    NativeBinding.class,
                    OwnedMemory.class,
                    DtypeGuard.class,
                    Script.class)
            .map(Class::getName)
            .collect(Collectors.toUnmodifiableSet());

    private static boolean installed;

    private final boolean gpu;
    private final Thread thread = Thread.currentThread();
    private final List<HostTransfer> transfers = new ArrayList<>();
    private @Nullable OperatorWatch watch;
    private boolean open = true;

    private HostTraffic(boolean gpu) {
        this.gpu = gpu;
    }

    /**
     * Begins to count what this thread does.
     *
     * @param device the one that the arrays are on
     * @throws IllegalStateException if this thread counts already, or the system is Windows, where DJL's native methods
     *     cannot be replaced
     */
    public static HostTraffic on(Device device) {
        if (!LibTorch.reachable()) {
            throw new IllegalStateException("expected a system where DJL's native methods can be replaced, found"
                    + " Windows: count on Linux or macOS");
        }
        if (OPEN.get() != null) {
            throw new IllegalStateException("expected one count of host traffic on a thread, found another open on "
                    + Thread.currentThread().getName() + ": close that one first");
        }
        install();
        HostTraffic traffic = new HostTraffic(device.isGpu());
        traffic.watch = OperatorWatch.supported() ? OperatorWatch.open(traffic::add) : null;
        OPEN.set(traffic);
        return traffic;
    }

    private static synchronized void install() {
        if (!installed) {
            DtypeGuard.install();
            HostReads.install();
            installed = true;
        }
    }

    /** What has been counted since the scope was opened, or since {@link #restart}, in order. */
    public List<HostTransfer> transfers() {
        synchronized (transfers) {
            return List.copyOf(transfers);
        }
    }

    /** Forgets what has been counted so far, for example in a training's first steps. */
    public void restart() {
        synchronized (transfers) {
            transfers.clear();
        }
    }

    /** The transfers as text, one line for each place with how often it occurred; empty if there are none. */
    public static String report(List<HostTransfer> transfers) {
        Map<String, Integer> places = new LinkedHashMap<>();
        transfers.forEach(each -> places.merge(each.toString(), 1, Integer::sum));
        return places.entrySet().stream()
                .map(each -> each.getValue() + " × " + each.getKey())
                .collect(Collectors.joining("\n"));
    }

    /** Notes an array that was created or filled from numbers in Java. */
    static void fromHost(String operation, long tensor) {
        note(Kind.FROM_HOST, operation, tensor);
    }

    /** Notes an array whose values are read. */
    static void toHost(String operation, long tensor) {
        note(Kind.TO_HOST, operation, tensor);
    }

    private static void note(Kind kind, String operation, long tensor) {
        HostTraffic traffic = OPEN.get();
        if (traffic != null && (!traffic.gpu || !TorchBridge.isOnCpu(tensor))) {
            traffic.add(kind, operation);
        }
    }

    /** Notes an array that was perhaps copied to another device. */
    static void moved(String operation, long from, long to) {
        HostTraffic traffic = OPEN.get();
        if (traffic != null && TorchBridge.isOnCpu(from) != TorchBridge.isOnCpu(to)) {
            traffic.add(Kind.BETWEEN_DEVICES, operation);
        }
    }

    private void add(Kind kind, String operation) {
        List<String> frames = StackWalker.getInstance()
                .walk(stack -> stack.filter(frame -> !passesOn(frame.getClassName()))
                        .limit(FRAMES)
                        .map(frame -> frame.toStackTraceElement().toString())
                        .map(text -> text.substring(text.lastIndexOf('/') + 1))
                        .toList());
        synchronized (transfers) {
            transfers.add(new HostTransfer(kind, operation, frames));
        }
    }

    private static boolean passesOn(String type) {
        int inner = type.indexOf('$');
        return PASSING.stream().anyMatch(type::startsWith)
                || PASSING_CLASSES.contains(inner < 0 ? type : type.substring(0, inner));
    }

    /** Ends the count, on the thread that began it. */
    @Override
    public void close() {
        if (!open) {
            return;
        }
        if (Thread.currentThread() != thread) {
            throw new IllegalStateException("expected a count of host traffic to be closed on thread "
                    + thread.getName() + ", where it was opened, got "
                    + Thread.currentThread().getName() + ": open and close it around the steps on one thread");
        }
        open = false;
        OPEN.remove();
        if (watch != null) {
            watch.close();
        }
    }
}
