package org.vivace.report;

import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

    /** Writes {@code record.json}, {@code table.csv}, a PNG a plot and {@code index.html} into the folder. */
    public static Report write(BenchRecord record, Path folder) {
        return write(record, folder, Fonts.obstacle());
    }

    static Report write(BenchRecord record, Path folder, Optional<String> obstacle) {
        // The numbers first: whatever happens to a picture, they are safe.
        List<Path> files = new ArrayList<>();
        files.add(record.write(folder.resolve("record.json")));
        files.add(Tables.writeCsv(record, folder.resolve("table.csv")));
        Map<String, BufferedImage> plots = obstacle.isEmpty() ? Plots.all(record) : Map.of();
        plots.forEach((name, image) -> files.add(Plots.write(image, folder.resolve(name + ".png"))));
        BenchRecord shown =
                obstacle.map(why -> withNote(record, "No plots: " + why + ".")).orElse(record);
        Path page = Atomically.write(folder.resolve("index.html"), HtmlPage.of(shown, plots));
        files.add(page);
        return new Report(page, files, obstacle);
    }

    /** One sentence that says what the record found, and a second where it is not to be trusted. */
    public static String headline(BenchRecord record) {
        return Words.headline(record);
    }

    /**
     * A sentence on when the loss of each later curve came down to where the first, plain DJL's, ended; empty where the
     * record has no two curves.
     */
    public static String race(BenchRecord record) {
        return Words.lead(record.curves()).strip();
    }

    private static BenchRecord withNote(BenchRecord record, String note) {
        List<String> notes = new ArrayList<>(record.notes());
        notes.add(note);
        return record.withNotes(notes);
    }
}
