package org.vivace.cells;

import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.vivace.bench.LocalMachine;
import org.vivace.bench.Prediction;
import org.vivace.bench.Size;
import org.vivace.measure.Atomically;
import org.vivace.measure.BenchRecord;
import org.vivace.measure.Machine;
import org.vivace.measure.RecordFile;
import org.vivace.profile.ProfileRecord;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * The measurements of a talk: each runs live, and if that takes too long for an audience or is disabled, the record of
 * an earlier run is shown instead. The output and the titles of its plots say so.
 *
 * <pre>{@code
 * var live = Live.of("talk");
 * var ladder = live.bench("ladder", bench::ladder);
 * }</pre>
 *
 * Environment variables select the mode. {@code VIVACE_FALLBACK=1} shows the records and measures nothing.
 * {@code VIVACE_RECORD=1} measures without a limit and keeps the records. Otherwise a measurement that has not ended
 * after {@link #LIMIT} is interrupted, if there is a record to show instead; except at the quick size.
 */
public final class Live {

    /** The time that an audience waits. */
    public static final Duration LIMIT = Duration.ofSeconds(20);

    /** The environment variable that requests records only. */
    public static final String FALLBACK = "VIVACE_FALLBACK";

    /** How measurements are made; without {@code limit} each may take any time. */
    record Mode(boolean fallback, boolean record, Optional<Duration> limit) {

        static Mode of(Map<String, String> environment, Size size) {
            boolean fallback = isSet(environment, FALLBACK);
            boolean record = isSet(environment, "VIVACE_RECORD");
            if (fallback && record) {
                throw new IllegalArgumentException(
                        "expected one of VIVACE_FALLBACK and VIVACE_RECORD at most, got both:"
                                + " unset VIVACE_FALLBACK to make records, which are of live measurements");
            }
            boolean unhurried = record || size == Size.QUICK;
            return new Mode(fallback, record, unhurried ? Optional.empty() : Optional.of(LIMIT));
        }

        private static boolean isSet(Map<String, String> environment, String name) {
            String value = environment.getOrDefault(name, "");
            if (!List.of("", "0", "1").contains(value)) {
                throw new IllegalArgumentException(
                        name + " must be 1 or 0, got " + value + ": set it to 1, or unset it");
            }
            return value.equals("1");
        }
    }

    /** A record, with its machine and date. */
    private record Kept<T>(T record, String date, Machine machine) {}

    /**
     * How records of one type are read and written.
     *
     * @param whole false for the result of an interrupted measurement
     * @param marked the record under a name that marks it as recorded
     */
    private record Kind<T>(
            Function<Path, Kept<T>> read, Function<T, String> json, Predicate<T> whole, UnaryOperator<T> marked) {}

    /** A prediction as it is kept, with the machine and date that it lacks itself. */
    record KeptPrediction(int schema, String date, Machine machine, Prediction prediction) {

        private static final int SCHEMA = 1;

        static KeptPrediction of(Prediction prediction) {
            String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
            return new KeptPrediction(SCHEMA, now, LocalMachine.machine(), prediction);
        }

        static Kept<Prediction> read(Path file) {
            KeptPrediction kept = RecordFile.readOne(file, SCHEMA, KeptPrediction.class);
            return new Kept<>(kept.prediction, kept.date, kept.machine);
        }
    }

    private static final Kind<BenchRecord> BENCH = new Kind<>(
            file -> {
                BenchRecord record = BenchRecord.read(file);
                return new Kept<>(record, record.date(), record.machine());
            },
            BenchRecord::toJson,
            record -> !record.partial(),
            record -> record.withWorkload(marked(record.workload())));
    private static final Kind<ProfileRecord> PROFILE = new Kind<>(
            file -> {
                ProfileRecord record = ProfileRecord.read(file);
                return new Kept<>(record, record.date(), record.machine());
            },
            ProfileRecord::toJson,
            record -> true,
            record -> record.withWorkload(marked(record.workload())));
    private static final Kind<Prediction> PREDICTION = new Kind<>(
            KeptPrediction::read,
            prediction -> RecordFile.toJson("prediction", KeptPrediction.of(prediction)),
            prediction -> true,
            prediction -> prediction.withWorkload(marked(prediction.workload())));

    /** A measurement that was shown. */
    private record Shown(String name, String source, double seconds) {}

    private final Path folder;
    private final Mode mode;
    private final PrintStream out;
    private final List<Shown> shown = new ArrayList<>();

    Live(Path folder, Mode mode, PrintStream out) {
        this.folder = folder;
        this.mode = mode;
        this.out = out;
    }

    /** @param talk the folder of its records in {@code notebooks/results} */
    public static Live of(String talk) {
        Path folder = Home.folder().resolve(Home.RESULTS).resolve(talk);
        return new Live(folder, Mode.of(System.getenv(), Size.here()), System.out);
    }

    /**
     * Work to do once before the talk: calibrating the machine, and loading what a first step loads. Does nothing if
     * only records are shown.
     */
    public void before(Callable<?> work) throws Exception {
        if (!mode.fallback()) {
            work.call();
        }
    }

    /**
     * A record that took longer than a talk, from {@code notebooks/results}; shown as such.
     *
     * @param name of the record's file, without its ending
     * @throws java.io.UncheckedIOException if there is no such record
     */
    public BenchRecord earlier(String name) {
        return say("it took longer than a talk", BENCH, BENCH.read().apply(folder.resolveSibling(name + ".json")));
    }

    /**
     * Times or trains, or shows the record.
     *
     * @param name of the record's file, without its ending
     * @throws java.io.UncheckedIOException if the record was requested and does not exist
     * @throws Exception thrown by the measurement
     */
    public BenchRecord bench(String name, Callable<BenchRecord> measurement) throws Exception {
        return show(name, measurement, BENCH);
    }

    /** The same for a profile. */
    public ProfileRecord profile(String name, Callable<ProfileRecord> measurement) throws Exception {
        return show(name, measurement, PROFILE);
    }

    /** The same for a prediction, so that it is for the machine of the records. */
    public Prediction prediction(String name, Callable<Prediction> estimate) throws Exception {
        return show(name, estimate, PREDICTION);
    }

    /** Every shown measurement, whether it was live, and the seconds it took to show. */
    public Table table() {
        return Table.create(
                "measurements",
                StringColumn.create("measurement", shown.stream().map(Shown::name)),
                StringColumn.create("source", shown.stream().map(Shown::source)),
                DoubleColumn.create(
                        "seconds", shown.stream().mapToDouble(Shown::seconds).toArray()));
    }

    private <T> T show(String name, Callable<T> measurement, Kind<T> kind) throws Exception {
        Path file = folder.resolve(name + ".json");
        if (mode.fallback()) {
            return recorded(name, file, kind, "VIVACE_FALLBACK=1 asks for that", 0);
        }
        long begin = System.nanoTime();
        Optional<Duration> limit = mode.limit().filter(any -> Files.exists(file));
        Optional<T> measured = limit.isEmpty()
                ? Optional.of(measurement.call())
                : TimeLimit.call(limit.orElseThrow(), measurement, kind.whole());
        double seconds = (System.nanoTime() - begin) / 1e9;
        if (measured.isEmpty()) {
            String why =
                    "a live one did not finish within " + limit.orElseThrow().toSeconds() + " s";
            return recorded(name, file, kind, why, seconds);
        }
        T record = measured.orElseThrow();
        out.printf(Locale.ROOT, "Live, in %.1f s.%n", seconds);
        if (mode.record()) {
            keep(record, file, kind);
        }
        shown.add(new Shown(name, "live", seconds));
        return record;
    }

    private <T> void keep(T record, Path file, Kind<T> kind) {
        if (!kind.whole().test(record)) {
            throw new IllegalStateException(
                    file + " must hold a whole measurement, got an interrupted one: run the cell again");
        }
        Atomically.write(file, kind.json().apply(record));
        out.println("Kept as " + file.getFileName() + ".");
    }

    private <T> T recorded(String name, Path file, Kind<T> kind, String why, double seconds) {
        Kept<T> kept = kind.read().apply(file);
        shown.add(new Shown(name, "recorded", seconds));
        return say(why, kind, kept);
    }

    private <T> T say(String why, Kind<T> kind, Kept<T> kept) {
        Machine machine = kept.machine();
        out.println("RECORDED, not live: " + why + ".");
        out.println(kept.date().substring(0, 10) + " on " + machine.cpu() + ", " + machine.cores()
                + (machine.cores() == 1 ? " core" : " cores") + ", " + machine.device() + ", commit "
                + machine.commit().replaceFirst("^(\\p{XDigit}{12})\\p{XDigit}+", "$1") + ".");
        return kind.marked().apply(kept.record());
    }

    private static String marked(String workload) {
        return workload + " (recorded)";
    }
}
