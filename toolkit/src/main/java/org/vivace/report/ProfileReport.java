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
import org.vivace.measure.Atomically;
import org.vivace.profile.ProfileRecord;

/**
 * What was written of a profile.
 *
 * @param page the HTML page
 * @param files everything written, the page included
 * @param obstacle why there are no plots and what to do about it, or empty where there are
 */
public record ProfileReport(Path page, List<Path> files, Optional<String> obstacle) {

    public ProfileReport {
        files = List.copyOf(files);
    }

    /**
     * Writes {@code record.json}, {@code split.csv}, {@code blocks.csv}, a PNG a plot and {@code index.html} into the
     * folder; of an earlier profile there it removes the plots that this one lacks.
     */
    public static ProfileReport write(ProfileRecord record, Path folder) {
        return write(record, folder, Fonts.obstacle());
    }

    static ProfileReport write(ProfileRecord record, Path folder, Optional<String> obstacle) {
        // The numbers first: whatever happens to a picture, they are safe.
        List<Path> files = new ArrayList<>();
        files.add(record.write(folder.resolve("record.json")));
        files.add(Tables.writeCsv(ProfileTables.split(record), folder.resolve("split.csv")));
        files.add(Tables.writeCsv(ProfileTables.blocks(record), folder.resolve("blocks.csv")));
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
        for (String name : ProfilePlots.NAMES) {
            Path file = folder.resolve(name + ".png");
            if (!files.contains(file)) {
                delete(file);
            }
        }
        return new ProfileReport(page, files, obstacle);
    }

    /** What the profile found, in sentences. */
    public static String headline(ProfileRecord record) {
        return String.join(" ", ProfileWords.sentences(record));
    }

    /** Tables and sentences for a terminal, in ASCII, at most 100 characters wide. */
    public static String text(ProfileRecord record) {
        List<String> parts = new ArrayList<>();
        ProfilePage.tables(record).forEach((title, rows) -> parts.add(TextTable.of(rows)));
        if (record.overhead() != null) {
            parts.add(TextTable.paragraph(ProfileWords.overhead(record)));
        }
        parts.add(TextTable.paragraph(headline(record)));
        return String.join("\n", parts);
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    file + " must give way, as it is of an earlier profile, got " + e + ": delete it or choose another"
                            + " folder",
                    e);
        }
    }
}
