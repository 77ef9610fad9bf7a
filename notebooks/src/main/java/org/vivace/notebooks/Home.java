package org.vivace.notebooks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/** Where this project's sources are, its notebooks and kept records among them. */
final class Home {

    private Home() {}

    /** What the launcher or the kernel's start says; else the nearest folder above the working directory that has them. */
    static Path folder() {
        return folder(System::getProperty, System::getenv, Path.of("").toAbsolutePath());
    }

    static Path folder(UnaryOperator<String> properties, UnaryOperator<String> environment, Path from) {
        String told = properties.apply("vivace.home");
        told = told == null ? environment.apply("VIVACE_HOME") : told;
        if (told != null) {
            return Path.of(told);
        }
        Path folder = from;
        while (folder != null && !Files.isDirectory(folder.resolve(ReadmeTable.RESULTS))) {
            folder = folder.getParent();
        }
        return folder == null ? from : folder;
    }
}
