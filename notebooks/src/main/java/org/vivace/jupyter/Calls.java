package org.vivace.jupyter;

import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Calls by name, to classes that are not available at compile time or whose members are private. */
final class Calls {

    private Calls() {}

    static Object on(Object target, String method, Object... arguments) {
        return of(target.getClass(), target, method, arguments);
    }

    static Object onClass(Class<?> type, String method, Object... arguments) {
        return of(type, null, method, arguments);
    }

    private static Object of(Class<?> type, @Nullable Object target, String name, Object... arguments) {
        Method method = Arrays.stream(type.getMethods())
                .filter(each -> each.getName().equals(name) && takes(each, arguments))
                .findFirst()
                .orElseThrow(() -> missing(type, name));
        try {
            method.setAccessible(true);
            return method.invoke(target, arguments);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw failure(type, name, e);
        }
    }

    static Object make(Class<?> type, Object... arguments) {
        Constructor<?> constructor = Arrays.stream(type.getConstructors())
                .filter(each -> takes(each, arguments))
                .findFirst()
                .orElseThrow(() -> missing(type, "a constructor"));
        try {
            return constructor.newInstance(arguments);
        } catch (ReflectiveOperationException e) {
            throw failure(type, "a constructor", e);
        }
    }

    /** The value of a field, which may be private. */
    static Object field(Object target, String name) {
        try {
            Field field = target.getClass().getDeclaredField(name);
            field.setAccessible(true);
            return field.get(target);
        } catch (NoSuchFieldException e) {
            throw missing(target.getClass(), name);
        } catch (IllegalAccessException e) {
            throw failure(target.getClass(), name, e);
        }
    }

    static void set(Object target, String name, Object value) {
        try {
            Field field = target.getClass().getDeclaredField(name);
            field.setAccessible(true);
            field.set(target, value);
        } catch (NoSuchFieldException e) {
            throw missing(target.getClass(), name);
        } catch (IllegalAccessException e) {
            throw failure(target.getClass(), name, e);
        }
    }

    private static boolean takes(Executable method, Object[] arguments) {
        Class<?>[] types = method.getParameterTypes();
        return types.length == arguments.length
                && IntStream.range(0, types.length).allMatch(i -> types[i].isInstance(arguments[i]));
    }

    private static IllegalStateException missing(Class<?> type, String name) {
        return new IllegalStateException("expected " + type.getName() + " to have " + name
                + ", found nothing of that name: install the version of the kernel that Vivace was made for");
    }

    private static IllegalStateException failure(Class<?> type, String name, Exception cause) {
        Throwable root = cause instanceof InvocationTargetException ? cause.getCause() : cause;
        return new IllegalStateException(type.getName() + " could not do " + name + ": " + root, root);
    }
}
