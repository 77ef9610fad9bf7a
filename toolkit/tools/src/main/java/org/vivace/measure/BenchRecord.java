package org.vivace.measure;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * What {@code demo} and {@code bench} leave behind: step times of the baseline and of every variant, raw samples
 * included, and what they were measured on. Fields that are null were not measured and are left out of the JSON.
 *
 * @param command the command line that makes this record again
 * @param date when it was made, ISO 8601 in UTC
 * @param settings of the workload, such as width and batch
 * @param warmupRounds rounds thrown away before the timing; null in records that do not tell
 * @param aa the baseline against itself, or null
 * @param curves loss against seconds, the baseline's first; may be empty
 * @param quality what trainings over seeds found, or null
 * @param matmulPeakGflops the matrix-product rate measured in the same run, in 10^9 floating-point operations a second
 * @param modelFlopsPerStep floating-point operations the model needs for one step, forward and backward
 * @param notes sentences a reader must know, for instance what could not be measured
 * @param partial whether the measurement was interrupted
 */
public record BenchRecord(
        int schema,
        String command,
        String workload,
        String date,
        Machine machine,
        Map<String, String> settings,
        Integer warmupRounds,
        Baseline baseline,
        SelfCheck aa,
        List<Variant> variants,
        List<Curve> curves,
        Quality quality,
        Double matmulPeakGflops,
        Double modelFlopsPerStep,
        List<String> notes,
        boolean partial) {

    /** Raised when a field changes its meaning; new fields do not raise it. */
    public static final int SCHEMA = 1;

    public BenchRecord {
        require(command, "command");
        require(workload, "workload");
        require(date, "date");
        require(machine, "machine");
        require(baseline, "baseline");
        settings = settings == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(settings));
        variants = variants == null ? List.of() : List.copyOf(variants);
        curves = curves == null ? List.of() : List.copyOf(curves);
        notes = notes == null ? List.of() : List.copyOf(notes);
    }

    /**
     * The record of what was timed just now.
     *
     * @param methodsOf the recipe behind each timed name but the first
     */
    public static BenchRecord of(
            String command,
            String workload,
            Machine machine,
            Timings timings,
            Function<String, List<String>> methodsOf) {
        Samples baseline = timings.baseline();
        List<Variant> variants = timings.variants().stream()
                .skip(1)
                .map(each -> Variant.of(methodsOf.apply(each.name()), each, baseline))
                .toList();
        SelfCheck aa =
                timings.again().map(again -> SelfCheck.of(again, baseline)).orElse(null);
        String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        return new BenchRecord(
                SCHEMA,
                command,
                workload,
                now,
                machine,
                Map.of(),
                timings.warmupRounds(),
                Baseline.of(baseline),
                aa,
                variants,
                List.of(),
                null,
                null,
                null,
                timings.warning().map(List::of).orElse(List.of()),
                timings.partial());
    }

    public BenchRecord withSettings(Map<String, String> settings) {
        return with(workload, settings, baseline, variants, curves, quality, notes, partial);
    }

    /** The same under another name, for instance one that tells where it is from. */
    public BenchRecord withWorkload(String workload) {
        return with(workload, settings, baseline, variants, curves, quality, notes, partial);
    }

    public BenchRecord withBaseline(Baseline baseline) {
        return with(workload, settings, baseline, variants, curves, quality, notes, partial);
    }

    /** Replaces every variant by what {@code change} makes of it. */
    public BenchRecord withVariants(UnaryOperator<Variant> change) {
        return with(
                workload, settings, baseline, variants.stream().map(change).toList(), curves, quality, notes, partial);
    }

    public BenchRecord withCurves(List<Curve> curves) {
        return with(workload, settings, baseline, variants, curves, quality, notes, partial);
    }

    public BenchRecord withQuality(Quality quality) {
        return with(workload, settings, baseline, variants, curves, quality, notes, partial);
    }

    public BenchRecord withNotes(List<String> notes) {
        return with(workload, settings, baseline, variants, curves, quality, notes, partial);
    }

    /** Marks the record as that of an interrupted measurement. */
    public BenchRecord asPartial() {
        return with(workload, settings, baseline, variants, curves, quality, notes, true);
    }

    /** Sets the model FLOPs utilisation of the baseline and of every variant from their median step times. */
    public BenchRecord withPeak(double matmulGflops, double flopsPerStep) {
        double leastMillis = flopsPerStep / (matmulGflops * 1e6);
        return new BenchRecord(
                schema,
                command,
                workload,
                date,
                machine,
                settings,
                warmupRounds,
                baseline.withMfu(leastMillis / baseline.stepMillis().median()),
                aa,
                variants.stream()
                        .map(each ->
                                each.withMfu(leastMillis / each.stepMillis().median()))
                        .toList(),
                curves,
                quality,
                matmulGflops,
                flopsPerStep,
                notes,
                partial);
    }

    /**
     * The recipe that was asked for: the variant with the most methods, since what is measured beside it are parts of it;
     * where several have as many the last one, since parts stand before the whole.
     */
    public Optional<Variant> recipe() {
        return variants.stream()
                .reduce((a, b) -> b.methods().size() >= a.methods().size() ? b : a);
    }

    public String toJson() {
        return RecordFile.toJson("bench", this);
    }

    /** Writes the record whole or not at all. */
    public Path write(Path file) {
        return Atomically.write(file, toJson());
    }

    /**
     * Reads a record back.
     *
     * @throws UncheckedIOException if there is no readable file
     * @throws IllegalArgumentException if the file is cut short, no record, or of a schema newer than {@link #SCHEMA}
     */
    public static BenchRecord read(Path file) {
        return RecordFile.readOne(file);
    }

    private BenchRecord with(
            String workload,
            Map<String, String> settings,
            Baseline baseline,
            List<Variant> variants,
            List<Curve> curves,
            Quality quality,
            List<String> notes,
            boolean partial) {
        return new BenchRecord(
                schema,
                command,
                workload,
                date,
                machine,
                settings,
                warmupRounds,
                baseline,
                aa,
                variants,
                curves,
                quality,
                matmulPeakGflops,
                modelFlopsPerStep,
                notes,
                partial);
    }

    private static void require(Object value, String field) {
        if (value == null) {
            throw new IllegalArgumentException(
                    "a record must have the field " + field + ", got none: write it with the command that measures");
        }
    }
}
