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
 * The measurements of a talk, whose cells have one chance: each runs live, and where that takes too long for an audience
 * or was not wanted, the record of an earlier run stands in. That is said in words, and in the title of whatever is drawn
 * from the record.
 *
 * <pre>{@code
 * var live = Live.of("talk");
 * var ladder = live.bench("ladder", bench::ladder);
 * }</pre>
 *
 * Variables of the environment decide. {@code VIVACE_FALLBACK=1} shows the records and measures nothing.
 * {@code VIVACE_RECORD=1} measures without a limit and keeps the records. Otherwise a measurement that has not ended after
 * {@link #LIMIT} is interrupted, if there is a record to show instead; not so at the quick size, where nobody waits.
 */
public final class Live {

    /** What an audience waits for. */
    public static final Duration LIMIT = Duration.ofSeconds(20);

    /** The environment's variable that asks for records alone. */
    public static final String FALLBACK = "VIVACE_FALLBACK";

    /** What is done with the measurements; without {@code limit} each may take as long as it takes. */
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

    /** A record, and where and when it was made. */
    private record Kept<T>(T record, String date, Machine machine) {}

    /**
     * How records of one type are kept.
     *
     * @param whole false of what an interrupted measurement returns
     * @param marked the record under a name that says it is not of here and now
     */
    private record Kind<T>(
            Function<Path, Kept<T>> read, Function<T, String> json, Predicate<T> whole, UnaryOperator<T> marked) {}

    /** A prediction as it is kept; it knows by itself neither where nor when it was made. */
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
     * What is to be done before the audience is there, since it takes its time but once: measuring what the machine can
     * do, and loading what every first step loads. Nothing is done where only records are shown.
     */
    public void before(Callable<?> work) throws Exception {
        if (!mode.fallback()) {
            work.call();
        }
    }

    /**
     * A record that took longer than a talk, from {@code notebooks/results}; shown as what it is.
     *
     * @param name of the record's file, without its ending
     * @throws java.io.UncheckedIOException where there is no such record
     */
    public BenchRecord earlier(String name) {
        return say("it took longer than a talk", BENCH, BENCH.read().apply(folder.resolveSibling(name + ".json")));
    }

    /**
     * Times or trains, or shows the record.
     *
     * @param name of the record's file, without its ending
     * @throws java.io.UncheckedIOException where the record was asked for and is not there
     * @throws Exception what the measurement throws
     */
    public BenchRecord bench(String name, Callable<BenchRecord> measurement) throws Exception {
        return show(name, measurement, BENCH);
    }

    /** The same of a profile. */
    public ProfileRecord profile(String name, Callable<ProfileRecord> measurement) throws Exception {
        return show(name, measurement, PROFILE);
    }

    /** The same of a prediction, so that it is one for the machine that the records are of. */
    public Prediction prediction(String name, Callable<Prediction> estimate) throws Exception {
        return show(name, estimate, PREDICTION);
    }

    /** Every measurement that was shown, whether it was live, and how many seconds it took to show. */
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
            String why = "a live one was not done after " + limit.orElseThrow().toSeconds() + " s";
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
