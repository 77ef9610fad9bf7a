package org.vivace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CudaSuiteTest {

    @TempDir
    private Path folder;

    @Test
    void howEachTestEndedIsItsRecord() throws Exception {
        Path file = folder.resolve("suite.json");
        CudaSuite.Found found = CudaSuite.run(file, "sample", "org.vivace.cli.planted");
        assertThat(found.passed()).isEqualTo(3);
        assertThat(found.failed())
                .containsExactly(
                        new CudaSuite.Outcome("SampleSuite > fails()", "java.lang.IllegalStateException: two lines"));
        assertThat(found.skipped())
                .extracting(CudaSuite.Outcome::test)
                .containsExactlyInAnyOrder("SampleSuite > isSkipped()", "SampleSuite > factoryIsSkipped()");
        assertThat(found.skipped())
                .extracting(CudaSuite.Outcome::why)
                .allSatisfy(why -> assertThat(why).contains("needs a thing"));
        JsonObject written = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
        assertThat(written.get("complete").getAsBoolean()).isTrue();
        assertThat(written.get("passed").getAsInt()).isEqualTo(3);
        assertThat(written.get("running").getAsString()).isEmpty();
    }

    @Test
    void whereNoTestHasTheTagNoneIsCounted() {
        CudaSuite.Found found = CudaSuite.run(folder.resolve("suite.json"), "no-such-tag", "org.vivace.cli.planted");
        assertThat(found.passed()).isZero();
        assertThat(found.failed()).isEmpty();
        assertThat(found.complete()).isTrue();
    }
}
