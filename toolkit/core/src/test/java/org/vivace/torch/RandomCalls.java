package org.vivace.torch;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A program that calls the public functions of this package, and DJL's operations on bf16 arrays, with random arguments.
 * Each call is printed before it is made, so that the last line tells which one has ended the process.
 */
final class RandomCalls {

    /** They measure for seconds, or speak to what a process has one of. */
    private static final Set<String> LEFT_OUT = Set.of(
            "PrecisionProbe.relativeTime",
            "OperatorTrace.start",
            "Collecting.open",
            "Collecting.makeFree",
            "PeakMemory.reset");

    /** Of NDArray: they end its life, hand it to Java code, or write a file. */
    private static final Set<String> NOT_OPERATIONS = Set.of(
            "close", "attach", "tempAttach", "returnResource", "detach", "wait", "toString", "toDebugString", "encode");

    private RandomCalls() {}

    /** @param arguments how many calls, and the seed */
    public static void main(String[] arguments) throws Exception {
        int calls = Integer.parseInt(arguments[0]);
        Random random = new Random(Long.parseLong(arguments[1]));
        DtypeGuard.install();
        List<Method> functions = functions();
        List<Method> operations = operations();
        int refused = 0;
        for (int i = 0; i < calls; i++) {
            try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
                boolean ours = random.nextInt(3) > 0;
                List<Method> among = ours ? functions : operations;
                Method method = among.get(random.nextInt(among.size()));
                refused += call(i, method, new RandomArguments(random, manager), manager) ? 0 : 1;
            }
        }
        System.out.println("calls survived: " + calls + ", refused: " + refused);
    }

    /** @return whether it came to its end without an exception */
    private static boolean call(int number, Method method, RandomArguments random, NDManager manager) {
        Object[] values;
        Object target = null;
        try {
            // DJL's own native methods take no null for an array of Java's, whatever the type of the NDArray.
            boolean ours = Modifier.isStatic(method.getModifiers());
            values = Arrays.stream(method.getParameters())
                    .map(each -> random.of(each, ours))
                    .toArray();
            if (!ours) {
                target = Cast.to(manager.randomNormal(random.shape()), Precision.BFLOAT16);
            }
        } catch (RuntimeException e) {
            // The making of an argument was refused, which is a call too: it must have said why.
            return refused(method, e);
        }
        System.out.println(number + " " + method.getDeclaringClass().getSimpleName() + "." + method.getName() + "("
                + Stream.concat(Stream.ofNullable(target), Arrays.stream(values))
                        .map(RandomCalls::described)
                        .collect(Collectors.joining(", "))
                + ")");
        try {
            Object result = method.invoke(target, values);
            if (result instanceof AutoCloseable scope && !(result instanceof NDArray)) {
                scope.close();
            }
            return true;
        } catch (InvocationTargetException e) {
            return refused(method, e.getCause());
        } catch (Exception e) {
            return refused(method, e);
        }
    }

    private static boolean refused(Method method, Throwable thrown) {
        if (!(thrown instanceof Exception)
                || thrown.getMessage() == null
                || thrown.getMessage().isBlank()) {
            System.out.println("not an exception with a message, of " + method + ": " + thrown);
            thrown.printStackTrace(System.out);
            System.exit(3);
        }
        return false;
    }

    private static String described(Object value) {
        if (value instanceof NDArray array) {
            return array.isReleased()
                    ? "a closed array"
                    : array.getDataType() + " " + array.getShape() + (array.hasGradient() ? " with gradient" : "");
        } else if (value instanceof Iterable<?> list && !(value instanceof TensorList)) {
            List<String> parts = new ArrayList<>();
            list.forEach(each -> parts.add(described(each)));
            return parts.toString();
        } else if (value instanceof int[] ints) {
            return Arrays.toString(ints);
        } else if (value instanceof long[] longs) {
            return Arrays.toString(longs);
        } else if (value instanceof NDArray[] arrays) {
            return described(List.of(arrays));
        }
        return String.valueOf(value);
    }

    /** The public static functions of the package's public classes. */
    static List<Method> functions() throws IOException, URISyntaxException, ClassNotFoundException {
        Path folder = Path.of(Cast.class.getResource("Cast.class").toURI()).getParent();
        List<String> names;
        try (Stream<Path> files = Files.list(folder)) {
            names = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".class") && !name.startsWith("package-info"))
                    .map(name -> "org.vivace.torch." + name.substring(0, name.length() - ".class".length()))
                    .sorted()
                    .toList();
        }
        List<Method> found = new ArrayList<>();
        for (String name : names) {
            Class<?> type = Class.forName(name);
            if (Modifier.isPublic(type.getModifiers()) && !type.isInterface()) {
                Arrays.stream(type.getDeclaredMethods())
                        .filter(method -> Modifier.isPublic(method.getModifiers()))
                        .filter(method -> Modifier.isStatic(method.getModifiers()) && !method.isSynthetic())
                        .filter(method -> !LEFT_OUT.contains(type.getSimpleName() + "." + method.getName()))
                        .filter(RandomCalls::callable)
                        .forEach(found::add);
            }
        }
        found.sort(Comparator.comparing(Method::toString));
        return found;
    }

    /** DJL's operations on arrays. */
    static List<Method> operations() {
        return Arrays.stream(NDArray.class.getMethods())
                .filter(method -> !Modifier.isStatic(method.getModifiers()))
                .filter(method -> method.getDeclaringClass() == NDArray.class)
                .filter(method -> !NOT_OPERATIONS.contains(method.getName()))
                .filter(RandomCalls::callable)
                .sorted(Comparator.comparing(Method::toString))
                .toList();
    }

    private static boolean callable(Method method) {
        return Arrays.stream(method.getParameterTypes()).allMatch(RandomArguments::known);
    }
}
