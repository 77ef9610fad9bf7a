package org.vivace.bench;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.Supplier;

/** Workloads by name: services of {@link Workload} by their names, any other by its class name. */
public final class NamedWorkloads {

    private NamedWorkloads() {}

    /** The services by their names, in the order of the class path. */
    public static Map<String, Workload> services() {
        Map<String, Workload> services = new LinkedHashMap<>();
        for (ClassLoader loader : loaders()) {
            ServiceLoader.load(Workload.class, loader).forEach(each -> services.putIfAbsent(each.name(), each));
        }
        return services;
    }

    /** A notebook's kernel loads this class with its own loader, and a user's classes with the thread's. */
    private static List<ClassLoader> loaders() {
        return List.of(Workload.class.getClassLoader(), Thread.currentThread().getContextClassLoader());
    }

    static Workload get(String name) {
        Workload service = services().get(name.toLowerCase(Locale.ROOT));
        if (service != null) {
            return service;
        }
        return ofClass(name).map(NamedWorkloads::make).orElseThrow(() -> unknown(name));
    }

    private static IllegalArgumentException unknown(String name) {
        String services = String.join(", ", services().keySet());
        return new IllegalArgumentException("a workload must be "
                + (services.isEmpty() ? "" : "one of " + services + ", or ")
                + "a class on the class path that is a Workload or a Supplier<Workload>, got " + name + ": "
                + (services.isEmpty() ? "" : "choose one of these, or ")
                + "give the class's folder with --class-path");
    }

    private static Optional<Class<?>> ofClass(String name) {
        for (ClassLoader loader : loaders()) {
            try {
                return Optional.of(Class.forName(name, true, loader));
            } catch (ClassNotFoundException e) {
                // Try the next loader.
                continue;
            }
        }
        return Optional.empty();
    }

    /**
     * By the constructor without arguments.
     *
     * @param type a workload, or a supplier of one
     * @throws IllegalArgumentException if it is neither, or has no such constructor
     */
    static Workload make(Class<?> type) {
        Object made = instance(type);
        if (made instanceof Workload workload) {
            return workload;
        }
        if (made instanceof Supplier<?> supplier && supplier.get() instanceof Workload supplied) {
            return supplied instanceof ComposedWorkload composed ? composed.madeBy(type) : supplied;
        }
        throw new IllegalArgumentException("expected a class that implements " + Workload.class.getName()
                + " or Supplier<Workload>, got " + type.getName() + ": implement one of them there");
    }

    private static Object instance(Class<?> type) {
        try {
            Constructor<?> constructor = type.getDeclaredConstructor();
            constructor.setAccessible(true);
            return constructor.newInstance();
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalArgumentException(
                    "expected a workload of " + type.getName() + ", got " + e.getCause() + ": fix its constructor", e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(
                    "expected a constructor without arguments in " + type.getName() + ", found none: add one", e);
        }
    }

    /** This workload's name on a command line: a service's name, else its class; empty if it has neither. */
    static Optional<String> nameOf(Workload workload) {
        Workload service = services().get(workload.name());
        if (service != null && service.getClass() == workload.getClass()) {
            return Optional.of(workload.name());
        }
        if (workload instanceof ComposedWorkload composed) {
            return composed.maker().map(Class::getName);
        }
        try {
            make(workload.getClass());
            return Optional.of(workload.getClass().getName());
        } catch (RuntimeException e) {
            // Its constructor takes arguments or fails, so no command line can name it.
            return Optional.empty();
        }
    }
}
