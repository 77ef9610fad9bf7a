package org.vivace.measure;

import java.nio.file.Path;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * A search for the learning rate at which a workload learns best, every rate from the same seed and for the same number
 * of steps.
 *
 * @param command the command line that makes this record again
 * @param date when it was made, ISO 8601 in UTC
 * @param methods the recipe searched with, empty for plain DJL
 * @param steps of every training
 * @param rates tried, ascending
 * @param best of them; empty if all diverged
 * @param partial whether the search was interrupted
 */
public record TuningRecord(
        int schema,
        String command,
        String workload,
        String date,
        Machine machine,
        Map<String, String> settings,
        List<String> methods,
        QualityMeasure measure,
        long steps,
        List<Rated> rates,
        OptionalDouble best,
        boolean partial) {

    /** Raised when a field changes its meaning; new fields do not raise it. */
    public static final int SCHEMA = 1;

    /**
     * One rate.
     *
     * @param trial its training; empty if the loss diverged
     */
    public record Rated(double learningRate, Optional<Trial> trial) {

        public Rated {
            trial = Objects.requireNonNullElse(trial, Optional.empty());
        }

        /** At the end of its training; NaN if it diverged. */
        private double quality() {
            return trial.map(Trial::finalQuality).orElse(Double.NaN);
        }
    }

    public TuningRecord {
        settings = Collections.unmodifiableMap(new TreeMap<>(settings));
        methods = List.copyOf(methods);
        rates = rates.stream()
                .sorted(Comparator.comparingDouble(Rated::learningRate))
                .toList();
        best = Objects.requireNonNullElse(best, OptionalDouble.empty());
    }

    /** The rate whose training ended best, the lowest of equally good ones; empty if all diverged. */
    public static Optional<Rated> best(QualityMeasure measure, List<Rated> rates) {
        return rates.stream()
                .filter(each -> Double.isFinite(each.quality()))
                .max(Comparator.comparingDouble((Rated each) -> measure.gain(each.quality(), 0)));
    }

    /**
     * Reads a record back.
     *
     * @throws java.io.UncheckedIOException if there is no readable file
     * @throws IllegalArgumentException if the file is truncated, not such a record, or of a schema newer than
     *     {@link #SCHEMA}
     */
    public static TuningRecord read(Path file) {
        return RecordFile.readOne(file, SCHEMA, TuningRecord.class);
    }

    public String toJson() {
        return RecordFile.toJson("tuning", this);
    }

    /** Writes the record completely or not at all. */
    public Path write(Path file) {
        return Atomically.write(file, toJson());
    }
}
