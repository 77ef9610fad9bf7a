package org.vivace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vivace.cli.KeptRecord.Kind;
import org.vivace.measure.BenchRecord;
import org.vivace.measure.TuningRecord;
import org.vivace.profile.ProfileRecord;

/** Every record says which it is, and one that was made before any did is known by its fields. */
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
    void olderRecordsAreKnownByTheirFields(String file, Kind kind) {
        assertThat(Kind.of(RESULTS.resolve(file))).isEqualTo(kind);
    }

    @Test
    void eachSaysItsKindAndReadsBack() throws IOException {
        saysSo(BenchRecord.read(RESULTS.resolve("vision.json")), BenchRecord::toJson, BenchRecord::read, Kind.BENCH);
        saysSo(
                TuningRecord.read(RESULTS.resolve("tuning/vision.json")),
                TuningRecord::toJson,
                TuningRecord::read,
                Kind.TUNING);
        saysSo(
                ProfileRecord.read(RESULTS.resolve("profile-vision.json")),
                ProfileRecord::toJson,
                ProfileRecord::read,
                Kind.PROFILE);
    }

    private <T> void saysSo(T record, Function<T, String> toJson, Function<Path, T> read, Kind kind)
            throws IOException {
        String json = toJson.apply(record);
        assertThat(json).startsWith("{\n  \"kind\": \"" + kind.name().toLowerCase(Locale.ROOT) + "\",\n  \"");
        Path file = Files.writeString(folder.resolve("record.json"), json);
        assertThat(Kind.of(file)).isEqualTo(kind);
        assertThat(read.apply(file)).isEqualTo(record);
    }
}
