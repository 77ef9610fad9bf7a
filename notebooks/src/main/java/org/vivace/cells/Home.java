package org.vivace.cells;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.UnaryOperator;

/** Where this project's sources are, its notebooks and kept records among them. */
public final class Home {

    /** Where kept records are, from the project's root. */
    public static final String RESULTS = "notebooks/results";

    /** Where those of single methods are. */
    public static final String METHOD_RESULTS = RESULTS + "/methods";

    private Home() {}

    /** A method's name as its card, notebook and records have it: {@code fused-adamw}. */
    public static String kebab(String method) {
        return method.replaceAll("(?<=[a-z])(?=[A-Z][a-z])", "-").toLowerCase(Locale.ROOT);
    }

    /** What the launcher or the kernel's start says; else the nearest folder above the working directory that has them. */
    public static Path folder() {
        return folder(System::getProperty, System::getenv, Path.of("").toAbsolutePath());
    }

    static Path folder(UnaryOperator<String> properties, UnaryOperator<String> environment, Path from) {
        String told = properties.apply("vivace.home");
        told = told == null ? environment.apply("VIVACE_HOME") : told;
        if (told != null) {
            return Path.of(told);
        }
        Path folder = from;
        while (folder != null && !Files.isDirectory(folder.resolve(RESULTS))) {
            folder = folder.getParent();
        }
        return folder == null ? from : folder;
    }
}
