package org.vivace.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vivace.measure.TuningRecord.Rated;

class TuningRecordTest {

    private static final QualityMeasure ACCURACY = new QualityMeasure("accuracy", true);
    private static final QualityMeasure LOSS = new QualityMeasure("nats a byte", false);

    @TempDir
    private Path folder;

    private static Rated rated(double rate, double quality) {
        return new Rated(rate, Optional.of(new Trial(1, 5, 2, List.of(2.0), List.of(1.0), List.of(quality))));
    }

    private static TuningRecord record(QualityMeasure measure, Rated... rates) {
        List<Rated> tried = List.of(rates);
        return new TuningRecord(
                TuningRecord.SCHEMA,
                "a command",
                "vision",
                RecordFile.now(),
                SampleRecord.machine(),
                Map.of("batch", "2"),
                List.of(),
                measure,
                5,
                tried,
                TuningRecord.best(measure, tried).stream()
                        .mapToDouble(Rated::learningRate)
                        .findFirst(),
                false);
    }

    @Test
    void theBestIsTheHighestAccuracyOrTheLowestLoss() {
        assertThat(record(ACCURACY, rated(2, 0.5), rated(1, 0.7), rated(4, 0.6)).best())
                .hasValue(1);
        assertThat(record(LOSS, rated(2, 0.5), rated(1, 0.7), rated(4, 0.6)).best())
                .hasValue(2);
    }

    @Test
    void ratesRiseAndThoseThatDivergedHaveNoTrial() {
        TuningRecord record = record(LOSS, rated(2, 0.5), new Rated(4, Optional.empty()), rated(1, 0.7));
        assertThat(record.rates()).extracting(Rated::learningRate).containsExactly(1.0, 2.0, 4.0);
        assertThat(record.best()).hasValue(2);
        assertThat(record(LOSS, new Rated(4, Optional.empty())).best()).isEmpty();
    }

    @Test
    void isReadBackAsItWasWritten() {
        TuningRecord record = record(LOSS, rated(2, 0.5), new Rated(4, Optional.empty()));
        assertThat(TuningRecord.read(record.write(folder.resolve("tuning.json"))))
                .isEqualTo(record);
    }

    @Test
    void aNewerSchemaIsSaid() throws IOException {
        Path file = folder.resolve("newer.json");
        Files.writeString(file, record(LOSS, rated(2, 0.5)).toJson().replace("\"schema\": 1", "\"schema\": 9"));
        assertThatThrownBy(() -> TuningRecord.read(file))
                .hasMessage(file + " must have schema 1 or older, got 9: read it with a newer Vivace");
    }
}
