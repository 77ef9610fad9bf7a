package org.vivace.architecture;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the project's files are. */
public final class Project {

    private Project() {}

    /** The folder that holds the modules, from wherever in it the tests run. */
    public static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(folder.resolve("toolkit"))) {
            folder = folder.getParent();
        }
        return folder;
    }
}
