package org.vivace.bench;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The sizes of a workload that is a record: its components, which are whole numbers, numbers, switches and texts. Its
 * constructor without arguments gives their defaults, and its compact constructor refuses values out of range, so each
 * size is declared once: for Java, for the command line ({@code --held-out} for {@code heldOut}), for the record, and
 * for another JVM.
 */
public final class WorkloadSizes {

    /**
     * One size.
     *
     * @param name of the component
     * @param value in this workload
     */
    public record Size(String name, Class<?> type, Object value, Optional<Described> described) {

        /** The command-line option, such as {@code --held-out}. */
        public String option() {
            return "--" + name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
        }
    }

    private WorkloadSizes() {}

    /** In the order of the components; empty if the workload is not a record. */
    public static List<Size> of(Workload workload) {
        List<Size> sizes = new ArrayList<>();
        if (workload.getClass().isRecord()) {
            for (RecordComponent component : workload.getClass().getRecordComponents()) {
                sizes.add(new Size(
                        component.getName(),
                        component.getType(),
                        value(workload, component),
                        Optional.ofNullable(component.getAnnotation(Described.class))));
            }
        }
        return sizes;
    }

    /** The sizes as written in a record of measurements; underscores and capitals become blanks. */
    static Map<String, String> words(Workload workload) {
        Map<String, String> words = new TreeMap<>();
        of(workload)
                .forEach(size -> words.put(size.option().substring(2).replace('-', ' '), String.valueOf(size.value())));
        return words;
    }

    /** The command-line options that give this workload, starting from the defaults. */
    static List<String> options(Workload workload) {
        List<Size> sizes = of(workload);
        if (sizes.isEmpty()) {
            return List.of();
        }
        List<Size> defaults = of(NamedWorkloads.make(workload.getClass()));
        List<String> options = new ArrayList<>();
        for (int i = 0; i < sizes.size(); i++) {
            if (!sizes.get(i).value().equals(defaults.get(i).value())) {
                options.add(sizes.get(i).option());
                options.add(String.valueOf(sizes.get(i).value()));
            }
        }
        return options;
    }

    /**
     * The workload with other sizes.
     *
     * @param changed values by the names of sizes; of their types, or as texts
     * @throws IllegalArgumentException if there is no such size, or the workload refuses its value
     */
    public static Workload with(Workload workload, Map<String, ?> changed) {
        Map<String, Object> values = new LinkedHashMap<>();
        List<Size> sizes = of(workload);
        sizes.forEach(size -> values.put(size.name(), size.value()));
        changed.forEach((name, value) -> {
            Size size = sizes.stream()
                    .filter(each -> each.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("expected a size of " + workload.name()
                            + ", one of " + values.keySet() + ", got " + name + ": name one of these"));
            values.put(name, value instanceof String text ? parsed(size, text) : value);
        });
        return make(workload.getClass(), sizes, values.values().toArray());
    }

    /** The workload with its batch multiplied, if that is one of its sizes; else itself. */
    static Workload withBatchTimes(Workload workload, int factor) {
        return of(workload).stream()
                .filter(size -> size.name().equals("batch") && size.value() instanceof Integer)
                .findFirst()
                .map(size -> with(workload, Map.of("batch", factor * (int) size.value())))
                .orElse(workload);
    }

    private static Object parsed(Size size, String text) {
        try {
            if (size.type() == int.class) {
                return Integer.valueOf(text);
            }
            if (size.type() == long.class) {
                return Long.valueOf(text);
            }
            if (size.type() == double.class) {
                return Double.valueOf(text);
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    size.option() + " must be a number, got " + text + ": give one such as " + size.value(), e);
        }
        if (size.type() == boolean.class) {
            if (!text.equals("true") && !text.equals("false")) {
                throw new IllegalArgumentException(
                        size.option() + " must be true or false, got " + text + ": give one of the two");
            }
            return Boolean.valueOf(text);
        }
        return text;
    }

    private static Workload make(Class<? extends Workload> type, List<Size> sizes, Object[] values) {
        Class<?>[] types = sizes.stream().map(Size::type).toArray(Class<?>[]::new);
        for (Size size : sizes) {
            if (!List.of(int.class, long.class, double.class, boolean.class, String.class)
                    .contains(size.type())) {
                throw new IllegalArgumentException("expected sizes of " + type.getName()
                        + " that are numbers, switches or texts, found " + size.name() + " of type "
                        + size.type().getSimpleName() + ": give it one of these types, or make it no component");
            }
        }
        try {
            Constructor<? extends Workload> constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalArgumentException(
                    "expected a workload of " + type.getName() + Arrays.toString(values) + ", got " + e.getCause(), e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("the constructor of " + type.getName() + " cannot be called: " + e, e);
        }
    }

    private static Object value(Workload workload, RecordComponent component) {
        try {
            component.getAccessor().setAccessible(true);
            return component.getAccessor().invoke(workload);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(
                    "the size " + component.getName() + " of " + workload.name() + " cannot be read: " + e, e);
        }
    }
}
