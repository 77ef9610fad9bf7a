package org.vivace.report;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.vivace.measure.Atomically;
import org.vivace.measure.BenchRecord;

/**
 * What was written of a record.
 *
 * @param page the HTML page
 * @param files everything written, the page included
 * @param obstacle why there are no plots and what to do about it, or empty where there are
 */
public record Report(Path page, List<Path> files, Optional<String> obstacle) {

    public Report {
        files = List.copyOf(files);
    }

    private static final String QUALITY = "quality.csv";

    /**
     * Writes {@code record.json}, {@code table.csv}, {@code quality.csv} where there is quality, a PNG a plot and
     * {@code index.html} into the folder; of an earlier report there it removes the plots and the table that this one
     * lacks.
     */
    public static Report write(BenchRecord record, Path folder) {
        return write(record, folder, Fonts.obstacle());
    }

    static Report write(BenchRecord record, Path folder, Optional<String> obstacle) {
        // The numbers first: whatever happens to a picture, they are safe.
        List<Path> files = new ArrayList<>();
        files.add(record.write(folder.resolve("record.json")));
        files.add(Tables.writeCsv(record, folder.resolve("table.csv")));
        if (record.quality().isPresent()) {
            files.add(QualityTable.writeCsv(record, folder.resolve(QUALITY)));
        }
        Map<String, BufferedImage> plots = obstacle.isEmpty() ? Plots.all(record) : Map.of();
        plots.forEach((name, image) -> files.add(Plots.write(image, folder.resolve(name + ".png"))));
        BenchRecord shown =
                obstacle.map(why -> withNote(record, "No plots: " + why + ".")).orElse(record);
        Path page = Atomically.write(folder.resolve("index.html"), HtmlPage.of(shown, plots));
        files.add(page);
        Stream<String> plotFiles = Plots.NAMES.stream().map(name -> name + ".png");
        removeStale(folder, Stream.concat(plotFiles, Stream.of(QUALITY)), files);
        return new Report(page, files, obstacle);
    }

    /**
     * What the record found: a sentence on the time of a step, one on trainings over seeds, and one where these are not
     * to be trusted.
     */
    public static String headline(BenchRecord record) {
        return Words.headline(record);
    }

    /**
     * A sentence on when the loss of each later curve reached the final loss of the first, plain DJL's; empty where the
     * record has no two curves, or has trainings over seeds, which the headline reports.
     */
    public static String race(BenchRecord record) {
        return Words.lead(record).strip();
    }

    /** Deletes what an earlier report left and this one did not write again, since it would pass for this one's. */
    static void removeStale(Path folder, Stream<String> names, List<Path> written) {
        names.map(folder::resolve).filter(file -> !written.contains(file)).forEach(file -> {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                throw new UncheckedIOException(
                        "expected to delete " + file + " of an earlier report, got " + e
                                + ": delete it or choose another folder",
                        e);
            }
        });
    }

    private static BenchRecord withNote(BenchRecord record, String note) {
        List<String> notes = new ArrayList<>(record.notes());
        notes.add(note);
        return record.withNotes(notes);
    }
}
