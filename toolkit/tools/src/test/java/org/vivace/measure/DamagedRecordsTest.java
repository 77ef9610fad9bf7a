package org.vivace.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.vivace.fuzz.Mutations;
import org.vivace.profile.ProfileRecord;
import org.vivace.profile.SampleProfile;

/** A damaged record is read or refused in a sentence, whatever the damage. */
class DamagedRecordsTest {

    @TempDir
    private Path folder;

    @TestFactory
    Stream<DynamicTest> isReadOrRefused() {
        String bench = SampleRecord.language().toJson();
        String several = "{\"records\": [" + bench + "]}";
        String profile = RecordFile.toJson("profile", SampleProfile.language());
        return Stream.of(
                damaged("BenchRecord", bench, BenchRecord::read),
                damaged("several", several, RecordFile::readAll),
                damaged("ProfileRecord", profile, ProfileRecord::read),
                damaged("another kind", bench, TuningRecord::read),
                damaged("Calibration", bench, Calibration::read));
    }

    private DynamicTest damaged(String name, String json, Consumer<Path> read) {
        return DynamicTest.dynamicTest(name, () -> {
            Path file = folder.resolve(name + ".json");
            int refused = Mutations.read(
                    json.getBytes(StandardCharsets.UTF_8),
                    content -> {
                        Files.write(file, content);
                        read.accept(file);
                    },
                    IllegalArgumentException.class,
                    UncheckedIOException.class);
            assertThat(refused).isGreaterThan(Mutations.count() / 25);
        });
    }
}
