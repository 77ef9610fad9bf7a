package org.vivace.report;

import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.vivace.measure.Atomically;
import org.vivace.profile.ProfileRecord;
import org.vivace.trace.Operators;
import org.vivace.trace.TraceFile;

/**
 * What was written of a profile.
 *
 * @param page the HTML page
 * @param files everything written, the page included
 * @param obstacle why there are no plots and what to do about it, or empty where there are
 */
public record ProfileReport(Path page, List<Path> files, Optional<String> obstacle) {

    private static final String TRACE = "trace.json";

    public ProfileReport {
        files = List.copyOf(files);
    }

    /**
     * Writes {@code record.json}, {@code split.csv}, {@code blocks.csv}, a PNG a plot and {@code index.html} into the
     * folder, and where there are operators {@code trace.json}, which opens in Perfetto; of an earlier profile there it
     * removes the plots and the trace that this one lacks.
     *
     * @param operators of the steps that were traced
     */
    public static ProfileReport write(ProfileRecord record, Optional<Operators> operators, Path folder) {
        return write(record, operators, folder, Fonts.obstacle());
    }

    /** The same without a trace, of a record that was read back. */
    public static ProfileReport write(ProfileRecord record, Path folder) {
        return write(record, Optional.empty(), folder);
    }

    static ProfileReport write(
            ProfileRecord record, Optional<Operators> operators, Path folder, Optional<String> obstacle) {
        // The numbers first: whatever happens to a picture, they are safe.
        List<Path> files = new ArrayList<>();
        files.add(record.write(folder.resolve("record.json")));
        files.add(Tables.writeCsv(ProfileTables.split(record), folder.resolve("split.csv")));
        files.add(Tables.writeCsv(ProfileTables.blocks(record), folder.resolve("blocks.csv")));
        operators.ifPresent(traced -> files.add(TraceFile.write(traced, folder.resolve(TRACE))));
        Map<String, BufferedImage> plots = obstacle.isEmpty() ? ProfilePlots.all(record) : Map.of();
        plots.forEach((name, image) -> files.add(Plots.write(image, folder.resolve(name + ".png"))));
        ProfileRecord shown = record;
        if (obstacle.isPresent()) {
            List<String> notes = new ArrayList<>(record.notes());
            notes.add("No plots: " + obstacle.get());
            shown = record.withNotes(notes);
        }
        Path page = Atomically.write(folder.resolve("index.html"), ProfilePage.of(shown, plots));
        files.add(page);
        Stream<String> plotFiles = ProfilePlots.NAMES.stream().map(name -> name + ".png");
        Report.removeStale(folder, Stream.concat(plotFiles, Stream.of(TRACE)), files);
        return new ProfileReport(page, files, obstacle);
    }

    /** What the profile found, in a sentence: what the step is bound by, where there is a verdict. */
    public static String headline(ProfileRecord record) {
        return ProfileWords.headline(record);
    }

    /** Where the trace is, where one was written. */
    public Optional<Path> trace() {
        return files.stream().filter(file -> file.endsWith(TRACE)).findFirst();
    }

    /** Tables, notes and, last, the verdict for a terminal, in ASCII, at most 100 characters wide. */
    public static String text(ProfileRecord record) {
        List<String> parts = new ArrayList<>();
        ProfilePage.tables(record).forEach((title, rows) -> parts.add(FittedTable.of(rows)));
        List<String> remarks = new ArrayList<>(ProfilePage.remarks(record));
        remarks.addAll(ProfileWords.sentences(record));
        record.notes().forEach(note -> remarks.add("Note: " + note + "."));
        if (!remarks.isEmpty()) {
            parts.add(lines(remarks));
        }
        List<List<String>> help = RemedyTable.cells(record);
        if (help.size() > 1) {
            parts.add(FittedTable.of(help));
        }
        if (record.verdict().isPresent()) {
            List<String> verdict = new ArrayList<>(List.of(ProfileWords.headline(record)));
            verdict.addAll(ProfileWords.reasons(record));
            parts.add(lines(verdict));
        }
        return String.join("\n", parts);
    }

    private static String lines(List<String> sentences) {
        return sentences.stream().map(TextTable::paragraph).collect(Collectors.joining());
    }
}
