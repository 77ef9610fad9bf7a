package org.vivace.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.vivace.measure.BenchRecord;
import org.vivace.measure.SampleRecord;
import org.vivace.profile.ProfileRecord;
import org.vivace.profile.SampleProfile;
import org.vivace.train.TrainingRecord;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

class FragmentTest {

    private final Table table = Table.create(
            "t",
            StringColumn.create("what", "a < b", "c"),
            DoubleColumn.create("number", 1.23456, 2),
            IntColumn.create("count", 12345678, 0));

    @Test
    void aTableHasFourDigitsAndIsEscaped() {
        assertThat(Fragment.of(table))
                .contains(">what</th>", ">a &lt; b</td>", ">1.235</td>", ">2</td>", ">12345678</td>")
                .doesNotContain("class=")
                .startsWith("<table style=");
        assertThat(Fragment.text(table)).isEqualTo("""
                what   number  count
                -----------------------
                a < b  1.235   12345678
                c      2       0
                """);
    }

    @Test
    void aDateStandsOnOneLine() {
        assertThat(Fragment.of(Table.create("t", StringColumn.create("measured", "2026-11-22"))))
                .contains(">measured</th>", "><span style=\"white-space:nowrap\">2026-11-22</span></td>");
    }

    @Test
    void whatIsMissingIsEmpty() {
        assertThat(Fragment.of(Table.create("t", DoubleColumn.create("x", Double.NaN))))
                .contains("></td>");
    }

    @Test
    void sentencesStandAboveTheTable() {
        assertThat(Fragment.of("One & one.\nTwo.", table))
                .startsWith("<p><b>One &amp; one.</b></p>\n<p>Two.</p>\n<table style=");
    }

    @Test
    void aBenchRecordSaysWhatItFoundAndColorsTheVerdict() {
        BenchRecord record = SampleRecord.language();
        assertThat(Fragment.of(record))
                .startsWith("<p><b>" + HtmlPage.escape(Words.sentences(record).get(0)))
                .contains("<b style=\"color:#0b6e99\">faster</b>", "<b style=\"color:#b04c10\">slower</b>")
                .contains(">MixedPrecision(bf16)</td>");
        assertThat(Fragment.of(record.withQuality(SampleQuality.language()))).contains(">time to target</th>");
    }

    @Test
    void aProfileHasItsVerdictItsPartsAndWhatWouldHelp() {
        ProfileRecord record = SampleProfile.language();
        assertThat(Fragment.of(record))
                .startsWith("<p><b>The step is bound by ")
                .contains(">forward</td>", "what would help");
        assertThat(Fragment.of(record.verdict().orElseThrow()))
                .startsWith("<p><b>" + record.verdict().orElseThrow().finding() + ".</b></p>")
                .contains(record.verdict().orElseThrow().remedies().get(0).method());
        assertThat(Fragment.of(record.withVerdict(Optional.empty())))
                .contains(">forward</td>")
                .doesNotContain("would help");
    }

    @Test
    void aTrainingHasItsEvaluations() {
        Map<String, Double> values = new LinkedHashMap<>(Map.of("Accuracy", 0.51239));
        TrainingRecord record = new TrainingRecord(
                9, 1.5, List.of(), List.of(new TrainingRecord.Evaluation(9, 1.5, 2.34567, values)), List.of(), false);
        assertThat(Fragment.of(record))
                .startsWith("<p><b>9 steps in 1.5 s, test loss 2.3457</b></p>")
                .contains(">Accuracy</th>", ">9</td>", ">1.50</td>", ">2.346</td>", ">0.5124</td>");
        TrainingRecord bare = new TrainingRecord(9, 1.5, List.of(), List.of(), List.of(), true);
        assertThat(Fragment.of(bare)).isEqualTo("<p><b>9 steps in 1.5 s (interrupted)</b></p>\n");
    }
}
