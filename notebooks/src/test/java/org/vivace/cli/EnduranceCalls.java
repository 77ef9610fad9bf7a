package org.vivace.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.vivace.cells.Home;

/**
 * Random calls of the public API of {@code org.vivace.torch}: its test {@code RandomCallsTest}, run by Maven, which reads
 * from the system property {@code calls} how many to make.
 */
final class EnduranceCalls {

    private static final String TEST = "RandomCallsTest";

    private EnduranceCalls() {}

    static EnduranceRecord.Calls make(long calls) throws IOException, InterruptedException {
        Path home = Home.folder();
        if (!Files.exists(home.resolve("toolkit/core/src/test/java/org/vivace/torch/" + TEST + ".java"))) {
            return new EnduranceRecord.Calls(calls, false, 0, "there is no " + TEST + " to make them");
        }
        Path said = Files.createTempFile("vivace-endurance", ".txt");
        long begin = System.nanoTime();
        try {
            int code = new ProcessBuilder(
                            "mvn",
                            "-B",
                            "-P",
                            "!static-checks",
                            "-Dspotless.check.skip=true",
                            "-pl",
                            "toolkit/core",
                            "-am",
                            "test",
                            "-Dtest=" + TEST,
                            "-Dcalls=" + calls,
                            "-Dsurefire.failIfNoSpecifiedTests=false")
                    .directory(home.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(said.toFile())
                    .start()
                    .waitFor();
            List<String> lines = Files.readAllLines(said);
            Optional<String> summary = lines.stream()
                    .filter(line -> line.contains("Tests run:") && line.contains(TEST))
                    .map(line -> line.substring(line.indexOf("Tests run:")))
                    .reduce((first, last) -> last);
            return new EnduranceRecord.Calls(
                    calls,
                    code == 0 && summary.isPresent(),
                    (System.nanoTime() - begin) / 1e9,
                    summary.orElse("the test was not run, and Maven ended with " + code));
        } finally {
            Files.delete(said);
        }
    }
}
