package org.vivace.architecture;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the project's files are. */
final class Project {

    private Project() {}

    /** The folder that holds the modules, from wherever in it the tests run. */
    static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(folder.resolve("toolkit"))) {
            folder = folder.getParent();
        }
        return folder;
    }
}
