package org.vivace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.vivace.cli.KeptRecord.Kind;
import org.vivace.measure.BenchRecord;
import org.vivace.measure.Calibration;
import org.vivace.measure.RecordFile;
import org.vivace.measure.TuningRecord;
import org.vivace.measure.Verdict;
import org.vivace.profile.Bound;
import org.vivace.profile.ProfileRecord;
import org.vivace.trace.StepPhase;

/** The document on records names every field that a record has, and no other; and the records kept here read back. */
class RecordDocumentTest {

    private static final Path RESULTS = Path.of("results");

    @TestFactory
    Stream<DynamicTest> everyFieldIsDocumentedUnderItsRecord() {
        return records().stream().map(type -> DynamicTest.dynamicTest(type.getSimpleName(), () -> documented(type)));
    }

    @Test
    void noOtherRecordIsDocumented() throws IOException {
        assertThat(found("(?m)^## `(\\w+)`", document()))
                .containsExactlyInAnyOrderElementsOf(
                        records().stream().map(Class::getSimpleName).toList());
    }

    @Test
    void theRecordsOfRecordsAreFound() {
        assertThat(records())
                .extracting(Class::getSimpleName)
                .contains(
                        "Baseline",
                        "Variant",
                        "SelfCheck",
                        "Phase",
                        "Curve",
                        "Quality",
                        "QualityArm",
                        "Trial",
                        "SeedSummary")
                .contains("QualityMeasure", "Machine", "Interval", "TuningRecord", "Rated")
                .contains("ProfileRecord", "StepPhaseTime", "Latency", "StepVerdict", "OperatorTotal", "Calibration");
    }

    @Test
    void theSchemaAndTheVerdictsAreTheOnesInUse() throws IOException {
        assertThat(document()).contains("The schema is " + BenchRecord.SCHEMA + ".");
        assertThat(List.of(TuningRecord.SCHEMA, ProfileRecord.SCHEMA, Calibration.SCHEMA, EnduranceRecord.SCHEMA))
                .containsOnly(BenchRecord.SCHEMA);
        assertThat(document())
                .contains(Arrays.stream(StepPhase.values())
                        .map(each -> "`" + each.key() + "`")
                        .toList())
                .contains(Arrays.stream(Bound.values())
                        .map(each -> "`" + each + "`")
                        .toList());
        assertThat(document())
                .contains(Arrays.stream(Verdict.values())
                        .map(each -> "`" + each + "`")
                        .toList());
    }

    @TestFactory
    Stream<DynamicTest> everyRecordReadsBack() throws IOException {
        try (Stream<Path> files = Files.list(RESULTS)) {
            List<Path> kept =
                    files.filter(file -> file.toString().endsWith(".json")).toList();
            assertThat(kept).isNotEmpty();
            return kept.stream()
                    .map(file -> DynamicTest.dynamicTest(file.getFileName() + "", () -> {
                        assertThat(KeptRecord.readAll(file)).isNotEmpty();
                        if (Kind.of(file) == Kind.BENCH) {
                            assertThat(RecordFile.readAll(file)).isNotEmpty().allSatisfy(record -> {
                                assertThat(record.command()).startsWith("./vivace ");
                                assertThat(record.baseline().stepMillis().median())
                                        .isPositive();
                            });
                        }
                    }));
        }
    }

    private static void documented(Class<?> type) throws IOException {
        String section = Arrays.stream(document().split("(?m)^(?=## )"))
                .filter(each -> each.startsWith("## `" + type.getSimpleName() + "`"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("results/README.md must have a section " + type.getSimpleName()));
        assertThat(found("(?m)^\\| `(\\w+)` \\|", section))
                .containsExactlyElementsOf(Arrays.stream(type.getRecordComponents())
                        .map(RecordComponent::getName)
                        .toList());
    }

    private static String document() throws IOException {
        return Files.readString(RESULTS.resolve("README.md"));
    }

    private static List<String> found(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map((MatchResult each) -> each.group(1))
                .toList();
    }

    /** The records that files hold, and all that these are made of. */
    private static Set<Class<?>> records() {
        Set<Class<?>> records = new LinkedHashSet<>();
        Deque<Class<?>> open = new ArrayDeque<>(
                List.of(BenchRecord.class, TuningRecord.class, ProfileRecord.class, EnduranceRecord.class));
        while (!open.isEmpty()) {
            Class<?> type = open.pop();
            if (records.add(type)) {
                for (RecordComponent component : type.getRecordComponents()) {
                    Pattern.compile("org\\.vivace\\.[\\w.$]+")
                            .matcher(component.getGenericType().getTypeName())
                            .results()
                            .map((MatchResult each) -> classOf(each.group()))
                            .filter(Class::isRecord)
                            .forEach(open::push);
                }
            }
        }
        return records;
    }

    private static Class<?> classOf(String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }
}
