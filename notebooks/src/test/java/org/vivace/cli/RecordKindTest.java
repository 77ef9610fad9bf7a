package org.vivace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vivace.cli.KeptRecord.Kind;
import org.vivace.measure.BenchRecord;
import org.vivace.measure.TuningRecord;
import org.vivace.profile.ProfileRecord;

/** Every record says which it is, and those that were made before any did are told by their fields. */
class RecordKindTest {

    private static final Path RESULTS = Path.of("results");

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "vision.json, BENCH",
        "optimizer.json, BENCH",
        "tuning/vision.json, TUNING",
        "profile-vision.json, PROFILE",
        "estimate.json, ESTIMATE",
        "endurance.json, ENDURANCE"
    })
    void olderRecordsAreToldByTheirFields(String file, Kind kind) {
        assertThat(Kind.of(RESULTS.resolve(file))).isEqualTo(kind);
    }

    @Test
    void aBenchSaysSoAndReadsBack() throws IOException {
        BenchRecord record = BenchRecord.read(RESULTS.resolve("vision.json"));
        Path file = written(record.toJson(), "bench");
        assertThat(Kind.of(file)).isEqualTo(Kind.BENCH);
        assertThat(BenchRecord.read(file)).isEqualTo(record);
    }

    @Test
    void aSearchSaysSoAndReadsBack() throws IOException {
        TuningRecord record = TuningRecord.read(RESULTS.resolve("tuning/vision.json"));
        Path file = written(record.toJson(), "tuning");
        assertThat(Kind.of(file)).isEqualTo(Kind.TUNING);
        assertThat(TuningRecord.read(file)).isEqualTo(record);
    }

    @Test
    void aProfileSaysSoAndReadsBack() throws IOException {
        ProfileRecord record = ProfileRecord.read(RESULTS.resolve("profile-vision.json"));
        Path file = written(record.toJson(), "profile");
        assertThat(Kind.of(file)).isEqualTo(Kind.PROFILE);
        assertThat(ProfileRecord.read(file)).isEqualTo(record);
    }

    private Path written(String json, String kind) throws IOException {
        assertThat(json).startsWith("{\n  \"kind\": \"" + kind + "\",\n  \"");
        return Files.writeString(folder.resolve("record.json"), json);
    }
}
