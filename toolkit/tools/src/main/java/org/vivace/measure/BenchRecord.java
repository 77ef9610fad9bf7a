package org.vivace.measure;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * The record of {@code demo} and {@code bench}: step times of the baseline and of every variant, raw samples included,
 * and the machine. Empty fields were not measured and are omitted from the JSON.
 *
 * @param command the command line that makes this record again
 * @param date when it was made, ISO 8601 in UTC
 * @param settings of the workload, such as width and batch
 * @param warmupRounds rounds discarded before the timing; empty in records of earlier versions
 * @param aa the baseline against itself
 * @param curves loss against seconds, the baseline's first; may be empty
 * @param quality the results of trainings from several seeds
 * @param matmulPeakGflops the matrix-product rate measured in the same run, in 10^9 floating-point operations a second
 * @param modelFlopsPerStep floating-point operations the model needs for one step, forward and backward
 * @param notes caveats in sentences, for instance what could not be measured
 * @param partial whether the measurement was interrupted
 */
public record BenchRecord(
        int schema,
        String command,
        String workload,
        String date,
        Machine machine,
        Map<String, String> settings,
        OptionalInt warmupRounds,
        Baseline baseline,
        Optional<SelfCheck> aa,
        List<Variant> variants,
        List<Curve> curves,
        Optional<Quality> quality,
        OptionalDouble matmulPeakGflops,
        OptionalDouble modelFlopsPerStep,
        List<String> notes,
        boolean partial) {

    /** Raised when a field changes its meaning; new fields do not raise it. */
    public static final int SCHEMA = 1;

    public BenchRecord {
        RecordFile.require(command, "command");
        RecordFile.require(workload, "workload");
        RecordFile.require(date, "date");
        RecordFile.require(machine, "machine");
        RecordFile.require(baseline, "baseline");
        warmupRounds = Objects.requireNonNullElse(warmupRounds, OptionalInt.empty());
        aa = Objects.requireNonNullElse(aa, Optional.empty());
        quality = Objects.requireNonNullElse(quality, Optional.empty());
        matmulPeakGflops = Objects.requireNonNullElse(matmulPeakGflops, OptionalDouble.empty());
        modelFlopsPerStep = Objects.requireNonNullElse(modelFlopsPerStep, OptionalDouble.empty());
        settings = settings == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(settings));
        variants = variants == null ? List.of() : List.copyOf(variants);
        curves = curves == null ? List.of() : List.copyOf(curves);
        notes = notes == null ? List.of() : List.copyOf(notes);
    }

    /**
     * The record of a timing.
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
        return of(
                command,
                workload,
                machine,
                OptionalInt.of(timings.warmupRounds()),
                Baseline.of(baseline),
                timings.again().map(again -> SelfCheck.of(again, baseline)),
                variants,
                timings.warning().stream().toList(),
                timings.partial());
    }

    /**
     * The record of a workload without step times, to be filled with other measurements.
     *
     * @param recipes the methods of each variant
     */
    public static BenchRecord untimed(String command, String workload, Machine machine, List<List<String>> recipes) {
        return of(
                command,
                workload,
                machine,
                OptionalInt.empty(),
                Baseline.UNTIMED,
                Optional.empty(),
                recipes.stream().map(Variant::untimed).toList(),
                List.of(),
                false);
    }

    private static BenchRecord of(
            String command,
            String workload,
            Machine machine,
            OptionalInt warmupRounds,
            Baseline baseline,
            Optional<SelfCheck> aa,
            List<Variant> variants,
            List<String> notes,
            boolean partial) {
        return new BenchRecord(
                SCHEMA,
                command,
                workload,
                RecordFile.now(),
                machine,
                Map.of(),
                warmupRounds,
                baseline,
                aa,
                variants,
                List.of(),
                Optional.empty(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                notes,
                partial);
    }

    public BenchRecord withSettings(Map<String, String> settings) {
        return but(draft -> draft.settings = settings);
    }

    /** The same under another name, for instance one that gives its source. */
    public BenchRecord withWorkload(String workload) {
        return but(draft -> draft.workload = workload);
    }

    public BenchRecord withBaseline(Baseline baseline) {
        return but(draft -> draft.baseline = baseline);
    }

    /** Applies {@code change} to every variant. */
    public BenchRecord withVariants(UnaryOperator<Variant> change) {
        return but(draft -> draft.variants = variants.stream().map(change).toList());
    }

    public BenchRecord withCurves(List<Curve> curves) {
        return but(draft -> draft.curves = curves);
    }

    public BenchRecord withQuality(Quality quality) {
        return but(draft -> draft.quality = Optional.of(quality));
    }

    public BenchRecord withNotes(List<String> notes) {
        return but(draft -> draft.notes = notes);
    }

    /** With one more note. */
    public BenchRecord withNote(String note) {
        return withNotes(Stream.concat(notes.stream(), Stream.of(note)).toList());
    }

    /** Marks the record as that of an interrupted measurement. */
    public BenchRecord asPartial() {
        return but(draft -> draft.partial = true);
    }

    /** Sets the model FLOPs utilization of the baseline and of every variant from their median step times. */
    public BenchRecord withPeak(double matmulGflops, double flopsPerStep) {
        double leastMillis = flopsPerStep / (matmulGflops * 1e6);
        return but(draft -> {
            draft.baseline =
                    baseline.withMfu(leastMillis / baseline.stepMillis().median());
            draft.variants = variants.stream()
                    .map(each -> each.withMfu(leastMillis / each.stepMillis().median()))
                    .toList();
            draft.matmulPeakGflops = OptionalDouble.of(matmulGflops);
            draft.modelFlopsPerStep = OptionalDouble.of(flopsPerStep);
        });
    }

    /**
     * The requested recipe: the variant with the most methods, since the others are parts of it; among several with as
     * many, the last, since parts precede the whole.
     */
    public Optional<Variant> recipe() {
        return variants.stream()
                .reduce((a, b) -> b.methods().size() >= a.methods().size() ? b : a);
    }

    public String toJson() {
        return RecordFile.toJson("bench", this);
    }

    /** Writes the record completely or not at all. */
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

    private BenchRecord but(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return new BenchRecord(
                schema,
                command,
                draft.workload,
                date,
                machine,
                draft.settings,
                warmupRounds,
                draft.baseline,
                aa,
                draft.variants,
                draft.curves,
                draft.quality,
                draft.matmulPeakGflops,
                draft.modelFlopsPerStep,
                draft.notes,
                draft.partial);
    }

    /** The mutable fields of a record while it is copied. */
    private static final class Draft {

        String workload;
        Map<String, String> settings;
        Baseline baseline;
        List<Variant> variants;
        List<Curve> curves;
        Optional<Quality> quality;
        OptionalDouble matmulPeakGflops;
        OptionalDouble modelFlopsPerStep;
        List<String> notes;
        boolean partial;

        Draft(BenchRecord of) {
            workload = of.workload;
            settings = of.settings;
            baseline = of.baseline;
            variants = of.variants;
            curves = of.curves;
            quality = of.quality;
            matmulPeakGflops = of.matmulPeakGflops;
            modelFlopsPerStep = of.modelFlopsPerStep;
            notes = of.notes;
            partial = of.partial;
        }
    }
}
