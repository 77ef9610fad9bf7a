package org.vivace.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What needs a GPU has the tag that selects it, and says so where there is none. */
class CudaTagTest {

    private static final Pattern TAG = Pattern.compile("@Tag\\(\"cuda\"\\)");
    private static final Pattern ASSUMPTION = Pattern.compile("Cuda\\.device\\(\\)|\"needs a CUDA device\"");

    @Test
    void everyTestOnAGpuHasTagAndAssumption() throws IOException {
        List<Path> tagged = sources().filter(file -> count(TAG, file) > 0).toList();
        assertThat(tagged).hasSizeGreaterThan(10);
        assertThat(sources().filter(file -> count(TAG, file) != count(ASSUMPTION, file)))
                .isEmpty();
    }

    /** But for the assumption itself, and this rule. */
    private static Stream<Path> sources() throws IOException {
        List<String> without = List.of("Cuda.java", "CudaTagTest.java");
        try (Stream<Path> modules = Project.modules()) {
            return modules
                    .map(module -> module.resolve("src"))
                    .flatMap(CudaTagTest::files)
                    .filter(file -> file.toString().matches(".*[.]java"))
                    .filter(file -> !without.contains(file.getFileName().toString()))
                    .toList()
                    .stream();
        }
    }

    private static Stream<Path> files(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long count(Pattern pattern, Path file) {
        return pattern.matcher(Quotes.read(file)).results().count();
    }
}
