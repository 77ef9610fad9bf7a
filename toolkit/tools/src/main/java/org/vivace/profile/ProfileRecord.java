package org.vivace.profile;

import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.vivace.measure.Atomically;
import org.vivace.measure.Calibration;
import org.vivace.measure.Interval;
import org.vivace.measure.Machine;
import org.vivace.measure.RecordFile;
import org.vivace.trace.OperatorTotal;

/**
 * What {@code profile} leaves behind. What was not measured is empty, and absent from the JSON.
 *
 * @param command the command line that makes this record again
 * @param date when it was made, ISO 8601 in UTC
 * @param settings of the workload, such as width and batch
 * @param methods the recipe profiled, empty for plain DJL
 * @param stepMillis as in {@link Profile}, which also has {@code overhead}, {@code split}, {@code listenerMillis},
 *     {@code blocks}, {@code memory}, {@code verdict} and {@code notes}
 * @param inference what predictions take
 * @param operators those that took the most time in the steps that were traced, by name, block and phase, summed over
 *     these steps
 * @param tracedSteps how many these are, where any was
 * @param calibration what the machine can do at best, where a verdict was requested
 * @param check what the verdict's methods were predicted to give and gave, where that was requested
 */
public record ProfileRecord(
        int schema,
        String command,
        String workload,
        String date,
        Machine machine,
        Map<String, String> settings,
        List<String> methods,
        Optional<Interval> stepMillis,
        Optional<Interval> overhead,
        Map<String, StepPhaseTime> split,
        Map<String, Double> listenerMillis,
        List<BlockTime> blocks,
        Optional<MemoryProfile> memory,
        Optional<InferenceProfile> inference,
        Optional<StepVerdict> verdict,
        List<OperatorTotal> operators,
        OptionalInt tracedSteps,
        Optional<Calibration> calibration,
        List<Remedy.Checked> check,
        List<String> notes) {

    /** Raised when a field changes its meaning; new fields do not raise it. */
    public static final int SCHEMA = 1;

    private static final int MOST_OPERATORS = 100;

    public ProfileRecord {
        RecordFile.require(command, "command");
        RecordFile.require(workload, "workload");
        RecordFile.require(date, "date");
        RecordFile.require(machine, "machine");
        stepMillis = orEmpty(stepMillis);
        overhead = orEmpty(overhead);
        memory = orEmpty(memory);
        inference = orEmpty(inference);
        verdict = orEmpty(verdict);
        tracedSteps = Objects.requireNonNullElse(tracedSteps, OptionalInt.empty());
        calibration = orEmpty(calibration);
        settings = settings == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(settings));
        methods = methods == null ? List.of() : List.copyOf(methods);
        split = split == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(split));
        listenerMillis = listenerMillis == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(listenerMillis));
        blocks = blocks == null ? List.of() : List.copyOf(blocks);
        operators = operators == null ? List.of() : List.copyOf(operators);
        check = check == null ? List.of() : List.copyOf(check);
        notes = notes == null ? List.of() : List.copyOf(notes);
    }

    /** The record, made now, of a step's profile. */
    public static ProfileRecord of(String command, String workload, Machine machine, Profile profile) {
        return new ProfileRecord(
                SCHEMA,
                command,
                workload,
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
                machine,
                Map.of(),
                List.of(),
                Optional.of(profile.stepMillis()),
                Optional.of(profile.overhead()),
                profile.split(),
                profile.listenerMillis(),
                profile.blocks(),
                Optional.of(profile.memory()),
                Optional.empty(),
                profile.verdict(),
                profile.operators().stream()
                        .flatMap(operators -> operators.byPlace().stream())
                        .limit(MOST_OPERATORS)
                        .toList(),
                profile.operators().isPresent() ? OptionalInt.of(profile.tracedSteps()) : OptionalInt.empty(),
                profile.calibration(),
                List.of(),
                profile.notes());
    }

    /** The same under another name, for instance one that names its origin. */
    public ProfileRecord withWorkload(String workload) {
        return with(workload, settings, methods, inference, verdict, check, notes);
    }

    public ProfileRecord withSettings(Map<String, String> settings) {
        return with(workload, settings, methods, inference, verdict, check, notes);
    }

    /** @param methods the recipe profiled */
    public ProfileRecord withMethods(List<String> methods) {
        return with(workload, settings, methods, inference, verdict, check, notes);
    }

    public ProfileRecord withInference(Optional<InferenceProfile> inference) {
        return with(workload, settings, methods, inference, verdict, check, notes);
    }

    public ProfileRecord withVerdict(Optional<StepVerdict> verdict) {
        return with(workload, settings, methods, inference, verdict, check, notes);
    }

    public ProfileRecord withCheck(List<Remedy.Checked> check) {
        return with(workload, settings, methods, inference, verdict, check, notes);
    }

    public ProfileRecord withNotes(List<String> notes) {
        return with(workload, settings, methods, inference, verdict, check, notes);
    }

    public String toJson() {
        return RecordFile.toJson("profile", this);
    }

    /** Writes the record whole or not at all. */
    public Path write(Path file) {
        return Atomically.write(file, toJson());
    }

    /**
     * Reads a record back.
     *
     * @throws java.io.UncheckedIOException if there is no readable file
     * @throws IllegalArgumentException if the file is cut short, no such record, or of a schema newer than {@link
     * #SCHEMA}
     */
    public static ProfileRecord read(Path file) {
        return RecordFile.readOne(file, SCHEMA, ProfileRecord.class);
    }

    private ProfileRecord with(
            String workload,
            Map<String, String> settings,
            List<String> methods,
            Optional<InferenceProfile> inference,
            Optional<StepVerdict> verdict,
            List<Remedy.Checked> check,
            List<String> notes) {
        return new ProfileRecord(
                schema,
                command,
                workload,
                date,
                machine,
                settings,
                methods,
                stepMillis,
                overhead,
                split,
                listenerMillis,
                blocks,
                memory,
                inference,
                verdict,
                operators,
                tracedSteps,
                calibration,
                check,
                notes);
    }

    /** JSON without a field hands over null for it. */
    private static <T> Optional<T> orEmpty(Optional<T> value) {
        return Objects.requireNonNullElse(value, Optional.empty());
    }
}
