package org.vivace.jupyter;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.function.IntConsumer;

/**
 * Signals of the operating system. Their only class is called by name, because each use of it makes the compiler and
 * Javadoc warn, which cannot be turned off.
 */
public final class Signals {

    private Signals() {}

    /**
     * Handles a signal in a separate thread each time it arrives.
     *
     * @param name without its prefix: {@code INT}
     * @param handler receives the signal's number
     * @throws IllegalArgumentException if there is no such signal, or this process was started to ignore it
     */
    public static void handle(String name, IntConsumer handler) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handlers = Class.forName("sun.misc.SignalHandler");
            Object proxy = Proxy.newProxyInstance(
                    Signals.class.getClassLoader(), new Class<?>[] {handlers}, (self, method, arguments) -> {
                        if (!method.getName().equals("handle")) {
                            throw new UnsupportedOperationException("a handler of signals is only called");
                        }
                        handler.accept((Integer) signal.getMethod("getNumber").invoke(arguments[0]));
                        return null;
                    });
            Method handle = signal.getMethod("handle", signal, handlers);
            Object number = signal.getConstructor(String.class).newInstance(name);
            handle.invoke(null, number, proxy);
            // If it was started to ignore a signal, the JVM does not throw but installs no handler.
            Object now = handle.invoke(null, number, proxy);
            if (now == handlers.getField("SIG_IGN").get(null)) {
                throw new IllegalArgumentException("expected a signal that this process may handle, got " + name
                        + ", which it was started to ignore: start it in the foreground");
            }
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException refused) {
                throw new IllegalArgumentException(
                        "expected a signal that this process may handle, got " + name + ": " + refused.getMessage(), e);
            }
            throw new IllegalStateException("the signal " + name + " could not be handled: " + e.getCause(), e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(
                    "expected the JDK's signals, found none: use a JDK with jdk.unsupported", e);
        }
    }
}
