package org.vivace.architecture;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Where the project's files are. */
public final class Project {

    private static final Pattern MODULE = Pattern.compile("<module>(.*)</module>");

    private Project() {}

    /** The folder that holds the modules, from wherever in it the tests run. */
    public static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(folder.resolve("toolkit"))) {
            folder = folder.getParent();
        }
        return folder;
    }

    /** The folders of the modules, as the build knows them. */
    static Stream<Path> modules() {
        return MODULE.matcher(Quotes.read(root().resolve("pom.xml")))
                .results()
                .map(match -> root().resolve(match.group(1)));
    }
}
