package org.vivace.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.google.gson.JsonParser;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vivace.measure.Calibration;
import org.vivace.measure.Interval;
import org.vivace.measure.MatmulPeak;
import org.vivace.profile.BlockTime;
import org.vivace.profile.ProfileRecord;
import org.vivace.profile.Remedy;
import org.vivace.profile.SampleProfile;

@Tag("slow")
class ProfileReportTest {

    private final ProfileRecord record = SampleProfile.language();

    @TempDir
    private Path folder;

    /** One that was measured on a busy machine. */
    @Test
    void theDoubtOfARoof() {
        Calibration quiet = SampleProfile.calibration();
        String doubt = new Calibration(
                        quiet.schema(),
                        quiet.machine(),
                        quiet.date(),
                        new MatmulPeak(300, 1200, true),
                        quiet.convolutionPeak(),
                        quiet.gigabytesPerSecond(),
                        quiet.operationMicros(),
                        false)
                .doubt()
                .orElseThrow();
        assertThat(ProfileReport.text(record.withNotes(List.of(doubt))).replaceAll("\\s+", " "))
                .contains("Note: " + doubt + ".");
    }

    @Test
    void writesNumbersPlotsAndPage() throws Exception {
        assumeThat(Fonts.available()).as("Java2D has fonts").isTrue();
        Files.createDirectories(folder);
        ProfileReport report = ProfileReport.write(record, Optional.of(SampleProfile.operators()), folder);
        assertThat(report.files())
                .extracting(file -> file.getFileName().toString())
                .containsExactly(
                        "record.json",
                        "split.csv",
                        "blocks.csv",
                        "trace.json",
                        "split.png",
                        "roofline.png",
                        "memory.png",
                        "throughput.png",
                        "index.html");
        assertThat(report.obstacle()).isEmpty();
        assertThat(folder.resolve("split.csv"))
                .content()
                .startsWith("phase,ms,share\ndata,4")
                .contains("forward,24");
        assertThat(folder.resolve("blocks.csv")).content().contains("04DecoderLayer/01Residual,Residual,1");
        String page = Files.readString(report.page());
        DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(
                        page.replace("<!DOCTYPE html>", "").getBytes(StandardCharsets.UTF_8)));
        assertThat(page)
                .contains("<h1>The step is bound by the optimizer.</h1>")
                .contains("<p class=\"lead\">Updating takes 23 % of a step.</p>")
                .contains("<p class=\"lead\">Try Fused: predicted 1.20 times as fast, since one pass is enough.</p>")
                .contains("<h2>What would help</h2>")
                .contains("A training step of language takes 100 ms: 41 % backward, 24 % forward, 23 % optimizer.")
                .contains("something to know")
                .contains("./vivace profile language");

        assertThat(page.indexOf("What would help")).isLessThan(page.indexOf("<img"));
        assertThat(report.trace()).contains(folder.resolve("trace.json"));
        assertThat(JsonParser.parseString(Files.readString(folder.resolve("trace.json")))
                        .getAsJsonObject()
                        .getAsJsonArray("traceEvents"))
                .anyMatch(event ->
                        event.getAsJsonObject().get("name").getAsString().equals("aten::addmm"));

        ProfileReport again = ProfileReport.write(record.withInference(Optional.empty()), folder);
        assertThat(folder.resolve("throughput.png")).doesNotExist();
        assertThat(again.trace()).isEmpty();
        assertThat(folder.resolve("trace.json")).doesNotExist();
    }

    @Test
    void withoutFontsThePageHasTheTablesAlone() throws Exception {
        ProfileReport report =
                ProfileReport.write(record, Optional.empty(), folder, Optional.of("no fonts: install some"));
        assertThat(report.files()).noneMatch(file -> file.toString().endsWith(".png"));
        assertThat(Files.readString(report.page()))
                .contains("No plots: no fonts: install some")
                .doesNotContain("<img");
    }

    @Test
    void theTextIsForATerminal() {
        String text = ProfileReport.text(record);
        assertThat(text.lines()).allSatisfy(line -> {
            assertThat(line.length()).isLessThanOrEqualTo(100);
            assertThat(line).matches("\\p{ASCII}*");
        });
        assertThat(text)
                .contains("optimizer")
                .contains("04DecoderLayer/01Residual")
                .contains("in use at peak")
                .contains("Timing the phases made the step longer by 0.10 % (95 % interval -0.20 to 0.40)")
                .contains("Each step leaves 1 array behind")
                .contains("Note: something to know.")
                .contains("Operators are from a trace of 2 steps")
                .endsWith("""

                        The step is bound by the optimizer.
                        Updating takes 23 % of a step.
                        Try Fused: predicted 1.20 times as fast, since one pass is enough.
                        """);
        assertThat(text.lines().map(line -> line.replaceAll(" {2,}", "|")))
                .contains("mm|04DecoderLayer/01Residual/|backward|1|30.0|50.0 %|200")
                .contains("copy_|-|forward|1|5.00|8.3 %|-")
                .contains("Fused|1.20|since one pass is enough");
    }

    @Test
    void whatWasCheckedStandsBesideWhatWasPredicted() {
        ProfileRecord checked =
                record.withCheck(List.of(new Remedy.Checked("Fused", 1.2, new Interval(1.1, 1.05, 1.16))));
        assertThat(RemedyTable.cells(checked))
                .containsExactly(
                        List.of("what would help", "predicted,\ntimes as fast", "measured,\ntimes as fast", "why"),
                        List.of("Fused", "1.20", "1.10 (1.05-1.16)", "since one pass is enough"));
        assertThat(ProfileReport.text(checked))
                .endsWith("since one pass is enough.\nMeasured: 1.10 (1.05-1.16) times as fast.\n");
        assertThat(RemedyTable.cells(record.withVerdict(Optional.empty()))).hasSize(1);
    }

    @Test
    void tenBlocksAtMost() {
        BlockTime one = record.blocks().get(0);
        assertThat(ProfileTables.blockCells(Collections.nCopies(30, one))).hasSize(11);
        assertThat(OperatorTables.cells(
                        Collections.nCopies(30, record.operators().get(0)), 2))
                .hasSize(11);
    }

    @Test
    void plotsFillAProjectorAndCutNothingOff() {
        assumeThat(Fonts.available()).as("Java2D has fonts").isTrue();
        assertThat(ProfilePlots.all(record).keySet()).containsExactlyElementsOf(ProfilePlots.NAMES);
        assertThat(ProfilePlots.all(record)).allSatisfy((name, image) -> {
            assertThat(image.getWidth()).isEqualTo(1280);
            assertThat(image.getHeight()).isBetween(720, 740);
            assertThat(edgeIsWhite(image)).as(name).isTrue();
        });
    }

    @Test
    void thePartsOfTheBarAreAsLongAsTheyTake() {
        assumeThat(Fonts.available()).as("Java2D has fonts").isTrue();
        BufferedImage image = ProfilePlots.split(record);
        int backward = 0;
        int optimizer = 0;
        for (int x = 0; x < image.getWidth(); x++) {
            int rgb = image.getRGB(x, 160) & 0xffffff;
            backward += rgb == (StepBar.color("backward").getRGB() & 0xffffff) ? 1 : 0;
            optimizer += rgb == (StepBar.color("optimizer").getRGB() & 0xffffff) ? 1 : 0;
        }
        assertThat((double) backward / 1180).isBetween(0.405, 0.415);
        assertThat((double) optimizer / 1180).isBetween(0.225, 0.235);
    }

    @Test
    void aPlotWithoutDataSaysWhatItNeeds() {
        ProfileRecord bare = new ProfileRecord(
                1,
                "c",
                "w",
                "d",
                record.machine(),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null);
        assertThat(ProfilePlots.all(bare)).isEmpty();
        assertThatThrownBy(() -> ProfilePlots.split(bare))
                .hasMessage("a plot of the phases must have a profiled step, got none: profile one");
        assertThatThrownBy(() -> ProfilePlots.roofline(bare))
                .hasMessage("a roofline must have a calibration and an operator whose operations and bytes are known,"
                        + " got none: profile with a verdict");
        assertThatThrownBy(() -> ProfilePlots.memory(bare))
                .hasMessage("a plot of memory must have a timeline, got none: profile on Linux with glibc 2.33 or"
                        + " newer, or on a GPU");
        assertThatThrownBy(() -> ProfilePlots.throughput(bare))
                .hasMessage("a plot of throughput must have predictions under load, got none: profile inference");
        assertThat(ProfileReport.headline(bare)).isEqualTo("Nothing was measured for w.");
        assertThat(List.of(ProfileTables.words("forward"), ProfileTables.words("of the future")))
                .containsExactly("forward", "of the future");
    }

    private static boolean edgeIsWhite(BufferedImage image) {
        for (int y = 0; y < image.getHeight(); y++) {
            if (image.getRGB(0, y) != -1 || image.getRGB(image.getWidth() - 1, y) != -1) {
                return false;
            }
        }
        for (int x = 0; x < image.getWidth(); x++) {
            if (image.getRGB(x, 0) != -1 || image.getRGB(x, image.getHeight() - 1) != -1) {
                return false;
            }
        }
        return true;
    }
}
