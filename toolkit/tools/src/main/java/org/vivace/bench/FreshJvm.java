package org.vivace.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Runs a program in a fresh JVM whose C library returns freed memory to the system at once, so that resident memory is
 * used memory, and whose heap is resident from the start.
 */
final class FreshJvm {

    /** The prefix of the error message of a program of this project that fails. */
    static final String ERROR_PREFIX = "vivace: ";

    private FreshJvm() {}

    /**
     * Runs the program and returns what it printed.
     *
     * @throws IllegalStateException with its error message if it failed
     * @throws InterruptedException if this thread was interrupted meanwhile; the JVM is then ended
     */
    static String run(Class<?> program, List<String> arguments) throws InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xms512m", "-Xmx2g", "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC"));
        command.addAll(properties());
        command.add("-Dvivace.parent=" + ProcessHandle.current().pid());
        command.addAll(List.of("-cp", classPath(System::getProperty, System::getenv), program.getName()));
        command.addAll(arguments);
        try {
            // A file, since reading from a pipe cannot be interrupted.
            Path output = Files.createTempFile("vivace-memory", ".txt");
            try {
                return run(command, output);
            } finally {
                Files.deleteIfExists(output);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a fresh JVM could not be started: " + e.getMessage(), e);
        }
    }

    private static String run(List<String> command, Path output) throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("MALLOC_"));
        builder.environment().put("MALLOC_MMAP_THRESHOLD_", "65536");
        builder.environment().put("MALLOC_TRIM_THRESHOLD_", "65536");
        Process process = builder.start();
        try {
            process.getOutputStream().close();
            int code = process.waitFor();
            String text = Files.readString(output);
            if (code != 0) {
                throw new IllegalStateException(failure(code, text));
            }
            return text;
        } finally {
            // It may write until it has ended.
            process.destroyForcibly().onExit().join();
        }
    }

    private static String failure(int code, String text) {
        return text.lines()
                .filter(line -> line.startsWith(ERROR_PREFIX))
                .findFirst()
                .map(line -> line.substring(ERROR_PREFIX.length()))
                .orElse("the fresh JVM ended with exit code " + code + " and the output: "
                        + text.lines().findFirst().orElse("nothing"));
    }

    /** A kernel with its own class loader gives the class path, since this JVM's own does not contain the classes. */
    static String classPath(UnaryOperator<String> properties, UnaryOperator<String> environment) {
        return Stream.of(properties.apply("vivace.classpath"), environment.apply("VIVACE_CLASSPATH"))
                .filter(Objects::nonNull)
                .findFirst()
                .orElseGet(() -> properties.apply("java.class.path"));
    }

    private static List<String> properties() {
        Predicate<String> ours =
                name -> name.startsWith("org.slf4j") || name.startsWith("vivace.") && !name.equals("vivace.parent");
        return System.getProperties().stringPropertyNames().stream()
                .filter(ours)
                .map(name -> "-D" + name + "=" + System.getProperty(name))
                .toList();
    }
}
