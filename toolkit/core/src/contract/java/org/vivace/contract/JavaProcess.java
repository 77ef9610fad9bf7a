package org.vivace.contract;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A separate JVM with this one's class path, for code that ends a process or can run only once in one. */
public final class JavaProcess {

    private JavaProcess() {}

    /** @param options of the JVM, such as {@code -Xmx256m} */
    public static ProcessBuilder of(List<String> options, Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command);
    }
}
