package org.vivace.cells;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.UnaryOperator;

/** The location of this project's sources, including its notebooks and kept records. */
public final class Home {

    /** The folder of kept records, from the project's root. */
    public static final String RESULTS = "notebooks/results";

    /** The folder of those of single methods. */
    public static final String METHOD_RESULTS = RESULTS + "/methods";

    private Home() {}

    /** A method's name in the names of its card, notebook and records: {@code fused-adamw}. */
    public static String kebab(String method) {
        return method.replaceAll("(?<=[a-z])(?=[A-Z][a-z])", "-").toLowerCase(Locale.ROOT);
    }

    /**
     * As set by the launcher or the kernel's start; else the nearest folder above the working directory that has them.
     */
    public static Path folder() {
        return folder(System::getProperty, System::getenv, Path.of("").toAbsolutePath());
    }

    static Path folder(UnaryOperator<String> properties, UnaryOperator<String> environment, Path from) {
        String given = properties.apply("vivace.home");
        given = given == null ? environment.apply("VIVACE_HOME") : given;
        if (given != null) {
            return Path.of(given);
        }
        Path folder = from;
        while (folder != null && !Files.isDirectory(folder.resolve(RESULTS))) {
            folder = folder.getParent();
        }
        return folder == null ? from : folder;
    }
}
