package org.vivace.cli;

import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Model.OptionSpec;

/** {@code --class-path}, for a user's own workloads and methods. */
final class ClassPathOption {

    private static final String NAME = "--class-path";

    private ClassPathOption() {}

    /** Read before the command line is parsed, since the workload's own options come from a class on this path. */
    static OptionSpec spec() {
        return OptionSpec.builder(NAME)
                .type(String.class)
                .paramLabel("PATHS")
                .description("Folders and jars with workloads and methods of your own, as in java -cp.")
                .build();
    }

    /**
     * Makes the classes on this path available to this thread and to the fresh JVMs of this process.
     *
     * @throws IllegalArgumentException if one of the paths does not exist
     */
    static void enter(String... arguments) {
        List<Path> paths = paths(arguments);
        if (paths.isEmpty()) {
            return;
        }
        List<URL> urls = new ArrayList<>();
        for (Path path : paths) {
            if (!Files.exists(path)) {
                throw new IllegalArgumentException(
                        "expected a folder or a jar at " + path + ", found nothing there: correct " + NAME);
            }
            try {
                urls.add(path.toUri().toURL());
            } catch (MalformedURLException e) {
                throw new IllegalArgumentException("expected a path in " + NAME + ", got " + path, e);
            }
        }
        Thread thread = Thread.currentThread();
        // Never closed: classes are loaded from it at any time.
        thread.setContextClassLoader(new URLClassLoader(urls.toArray(URL[]::new), thread.getContextClassLoader()));
        String before = Stream.of(System.getProperty("vivace.classpath"), System.getProperty("java.class.path"))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse("");
        String more = paths.stream()
                .map(path -> path.toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
        System.setProperty("vivace.classpath", more + File.pathSeparator + before);
    }

    private static List<Path> paths(String... arguments) {
        List<Path> paths = new ArrayList<>();
        for (int i = 0; i < arguments.length; i++) {
            String value = arguments[i].startsWith(NAME + "=")
                    ? arguments[i].substring(NAME.length() + 1)
                    : arguments[i].equals(NAME) && i + 1 < arguments.length ? arguments[i + 1] : "";
            for (String path : value.split(File.pathSeparator, -1)) {
                if (!path.isEmpty()) {
                    paths.add(Path.of(path));
                }
            }
        }
        return paths;
    }
}
