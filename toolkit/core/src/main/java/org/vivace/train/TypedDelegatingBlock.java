package org.vivace.train;

import ai.djl.nn.AbstractBaseBlock;
import ai.djl.nn.Block;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A block of another block's class, for a parent that keeps its child as that class, {@code private Linear first}: calls of
 * {@link Block}'s methods go to the replacement, all others to the child.
 *
 * <p>Its fields start with the child's values, for a parent that reads them.
 */
final class TypedDelegatingBlock {

    /** The subclass of each class, made once. */
    private static final ClassValue<Class<?>> SUBCLASSES = new ClassValue<>() {
        @Override
        protected Class<?> computeValue(Class<?> type) {
            return subclass(type);
        }
    };

    private TypedDelegatingBlock() {}

    /** Whether a class can be replaced by a subclass: both the class and its forward pass can be overridden. */
    static boolean possible(Class<?> type) {
        return AbstractBaseBlock.class.isAssignableFrom(type)
                && !Modifier.isFinal(type.getModifiers())
                && !type.isHidden()
                && overridable(type).stream()
                        .anyMatch(method -> method.getName().equals("forwardInternal"));
    }

    /**
     * @param child of a class for which it is {@link #possible}
     * @param now the block that receives the calls of {@link Block}'s methods
     */
    static Block of(Block child, Block now) {
        Class<?> type = SUBCLASSES.get(child.getClass());
        try {
            Object standIn = withoutConstructor(type);
            for (Class<?> of = child.getClass(); of != Object.class; of = of.getSuperclass()) {
                for (Field field : of.getDeclaredFields()) {
                    if (!Modifier.isStatic(field.getModifiers())) {
                        field.setAccessible(true);
                        field.set(standIn, field.get(child));
                    }
                }
            }
            type.getField(SubclassFile.HANDLER)
                    .set(standIn, (InvocationHandler) (self, method, arguments) -> call(child, now, method, arguments));
            return (Block) standIn;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("could not make a block of the class of " + child.getClass(), e);
        }
    }

    private static Object call(Block child, Block now, Method method, Object[] arguments) throws Throwable {
        // The forward pass of AbstractBaseBlock is final and calls forwardInternal.
        String name = method.getName().equals("forwardInternal") ? "forward" : method.getName();
        Optional<Method> asBlock = blockMethod(name, method.getParameterTypes());
        try {
            return asBlock.isPresent() ? asBlock.get().invoke(now, arguments) : method.invoke(child, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static Optional<Method> blockMethod(String name, Class<?>[] parameters) {
        try {
            return Optional.of(Block.class.getMethod(name, parameters));
        } catch (NoSuchMethodException e) {
            return Optional.empty();
        }
    }

    private static Class<?> subclass(Class<?> type) {
        List<Method> methods = overridable(type);
        methods.forEach(method -> method.setAccessible(true));
        try {
            // Java's serialisation, which creates the objects, requires a class with a name; one per class loader of
            // ours.
            String name = type.getName() + "$DelegatingBlock" + System.identityHashCode(TypedDelegatingBlock.class);
            Class<?> made = MethodHandles.privateLookupIn(type, MethodHandles.lookup())
                    .defineClass(SubclassFile.of(type, name, methods));
            made.getField(SubclassFile.METHODS).set(null, methods.toArray(Method[]::new));
            return made;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("could not make a subclass of " + type, e);
        }
    }

    /** All methods that a class of the same package may override, including default methods of blocks. */
    private static List<Method> overridable(Class<?> type) {
        List<Method> methods = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (Class<?> of = type; of != Object.class; of = of.getSuperclass()) {
            for (Method method : of.getDeclaredMethods()) {
                int modifiers = method.getModifiers();
                boolean visible = Modifier.isPublic(modifiers)
                        || Modifier.isProtected(modifiers)
                        || !Modifier.isPrivate(modifiers) && of.getPackage() == type.getPackage();
                if (visible
                        && !Modifier.isStatic(modifiers)
                        && seen.add(signature(method))
                        && !Modifier.isFinal(modifiers)) {
                    methods.add(method);
                }
            }
        }
        for (Method method : Block.class.getMethods()) {
            if (!Modifier.isStatic(method.getModifiers()) && seen.add(signature(method))) {
                methods.add(method);
            }
        }
        return methods;
    }

    private static String signature(Method method) {
        return method.getName() + Arrays.toString(method.getParameterTypes()) + method.getReturnType();
    }

    /** Creates the object as Java's serialisation does, before it sets the fields. */
    private static Object withoutConstructor(Class<?> type) throws ReflectiveOperationException {
        Class<?> factory = Class.forName("sun.reflect.ReflectionFactory");
        Constructor<?> made =
                (Constructor<?>) factory.getMethod("newConstructorForSerialization", Class.class, Constructor.class)
                        .invoke(
                                factory.getMethod("getReflectionFactory").invoke(null),
                                type,
                                Object.class.getDeclaredConstructor());
        return made.newInstance();
    }
}
