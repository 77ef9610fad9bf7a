package org.vivace.architecture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The Java in documents, and the tests that it is quoted from. */
final class Quotes {

    private static final Pattern BLOCK = Pattern.compile("^```java\\n(.*?)^```", Pattern.MULTILINE | Pattern.DOTALL);

    private Quotes() {}

    static List<String> javaBlocks(String markdown) {
        return BLOCK.matcher(markdown).results().map(match -> match.group(1)).toList();
    }

    /** A block with its own imports can be run as it stands. */
    static boolean isWhole(String block) {
        return block.startsWith("import ");
    }

    /** The test sources of all modules, each without its white space. */
    static List<String> testSources() {
        return Project.modules()
                .flatMap(module -> Stream.of(module.resolve("src/test/java"), module.resolve("src/it")))
                .filter(Files::isDirectory)
                .flatMap(Quotes::javaFiles)
                .map(file -> withoutSpace(read(file)))
                .toList();
    }

    /** The blocks that stand in none of the sources. */
    static List<String> strays(String markdown, List<String> sources) {
        return javaBlocks(markdown).stream()
                .filter(block -> !isWhole(block))
                .filter(block -> sources.stream().noneMatch(source -> source.contains(withoutSpace(block))))
                .toList();
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String withoutSpace(String text) {
        return text.replaceAll("\\s+", "");
    }

    private static Stream<Path> javaFiles(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
