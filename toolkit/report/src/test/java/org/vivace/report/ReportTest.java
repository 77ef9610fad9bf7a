package org.vivace.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vivace.measure.BenchRecord;
import org.vivace.measure.SampleRecord;

class ReportTest {

    private final BenchRecord record = SampleRecord.language();

    @TempDir
    private Path folder;

    @Test
    void writesTheRecordTheTableThePlotsAndThePage() throws IOException {
        assumeThat(Fonts.available()).as("Java2D has fonts").isTrue();
        Report report = Report.write(record, folder.resolve("demo"));
        assertThat(report.obstacle()).isEmpty();
        assertThat(names(folder.resolve("demo")))
                .containsExactlyInAnyOrder(
                        "record.json", "table.csv", "loss.png", "speedup.png", "step-time.png", "index.html");
        assertThat(report.files()).hasSize(6).allMatch(Files::isRegularFile).contains(report.page());
        assertThat(BenchRecord.read(folder.resolve("demo/record.json"))).isEqualTo(record);
        assertThat(report.page()).content().contains("data:image/png;base64,").doesNotContain("No plots");
    }

    @Test
    void withoutFontsEverythingButThePlotsIsThereAndThePageSaysWhy() throws IOException {
        Report report = Report.write(record, folder, Optional.of("plots need fonts: install some"));
        assertThat(names(folder)).containsExactlyInAnyOrder("record.json", "table.csv", "index.html");
        assertThat(report.obstacle()).contains("plots need fonts: install some");
        assertThat(report.page())
                .content()
                .contains("No plots: plots need fonts: install some.")
                .doesNotContain("<img");
        assertThat(BenchRecord.read(folder.resolve("record.json"))).isEqualTo(record);
    }

    @Test
    void whatAnEarlierReportHadMoreIsRemovedAndNothingElse() throws IOException {
        assumeThat(Fonts.available()).as("Java2D has fonts").isTrue();
        BenchRecord full =
                record.withQuality(SampleQuality.language()).withVariants(each -> each.withPeakBytes(1L << 30));
        Files.writeString(folder.resolve("holiday.png"), "the user's own");
        Report.write(full, folder);
        assertThat(names(folder)).contains("quality.csv", "quality.png", "memory.png", "loss.png", "holiday.png");
        Report.write(record.withCurves(List.of()), folder);
        assertThat(names(folder))
                .containsExactlyInAnyOrder(
                        "record.json", "table.csv", "speedup.png", "step-time.png", "index.html", "holiday.png");
    }

    @Test
    void aStaleFileThatCannotBeRemovedIsNamed() throws IOException {
        Files.createDirectories(folder.resolve("memory.png/inside"));
        assertThatThrownBy(() -> Report.write(record, folder, Optional.empty()))
                .hasMessageStartingWith(
                        "expected to delete " + folder.resolve("memory.png") + " of an earlier report, got ")
                .hasMessageEndingWith(": delete it or choose another folder");
    }

    @Test
    void theRaceIsToldOnlyWithoutTrainingsOverSeeds() {
        assertThat(Report.race(record)).startsWith("In ").contains("recipe reached it after");
        assertThat(Report.race(record.withQuality(SampleQuality.language()))).isEmpty();
    }

    @Test
    void namesTheFileThatCannotBeWritten() throws IOException {
        Path file = Files.writeString(folder.resolve("taken"), "");
        assertThatThrownBy(() -> Report.write(record, file, Optional.empty()))
                .hasMessageStartingWith(file.resolve("record.json") + " must be writable, got ");
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
