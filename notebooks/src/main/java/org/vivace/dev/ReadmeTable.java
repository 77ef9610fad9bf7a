package org.vivace.dev;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.vivace.cells.Home;
import org.vivace.cli.KeptRecord;
import org.vivace.measure.Atomically;
import org.vivace.measure.BenchRecord;
import org.vivace.measure.RecordFile;
import org.vivace.report.MarkdownTable;
import org.vivace.report.Provenance;

/** The README's results, generated from the records in {@code notebooks/results}. */
final class ReadmeTable {

    private static final String FROM = "<!-- made by ./vivace readme: -->\n";
    private static final String TO = "<!-- until here -->\n";

    private ReadmeTable() {}

    /**
     * Brings {@code README.md} in the project's root and in the folder of the records up to date; true if one changed.
     */
    public static boolean update(Path root) {
        try {
            List<Map.Entry<String, BenchRecord>> records = records(root);
            boolean summary = update(root.resolve("README.md"), summary(records));
            return update(root.resolve(Home.RESULTS).resolve("README.md"), whole(besideThem(records))) || summary;
        } catch (IOException e) {
            throw new UncheckedIOException(
                    root + " must be the root of Vivace's sources, got " + e + ": run it from there", e);
        }
    }

    private static boolean update(Path file, String table) throws IOException {
        String before = Files.readString(file);
        String after = replaced(before, table);
        if (before.equals(after)) {
            return false;
        }
        Atomically.write(file, after);
        return true;
    }

    /** The records with links from the folder that they are in. */
    static List<Map.Entry<String, BenchRecord>> besideThem(List<Map.Entry<String, BenchRecord>> records) {
        return records.stream()
                .map(each -> Map.entry(each.getKey().substring(Home.RESULTS.length() + 1), each.getValue()))
                .toList();
    }

    /** The records, each with the path of its file from the root, in the paths' order. */
    static List<Map.Entry<String, BenchRecord>> records(Path root) throws IOException {
        List<Map.Entry<String, BenchRecord>> records = new ArrayList<>();
        Path folder = root.resolve(Home.RESULTS);
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.filter(each -> each.toString().endsWith(".json"))
                        .sorted()
                        .toList()) {
                    String link = Home.RESULTS + "/" + file.getFileName();
                    if (KeptRecord.Kind.of(file) != KeptRecord.Kind.BENCH) {
                        continue;
                    }
                    RecordFile.readAll(file).forEach(record -> records.add(Map.entry(link, record)));
                }
            }
        }
        return records;
    }

    /**
     * The document with a table between its two marks.
     *
     * @throws IllegalArgumentException if a mark is missing
     */
    static String replaced(String document, String table) {
        int from = document.indexOf(FROM);
        int to = document.indexOf(TO);
        if (from < 0 || to < from) {
            throw new IllegalArgumentException("the document must have the lines '" + FROM.strip() + "' and '"
                    + TO.strip() + "', in this order, got one without: put them where the table belongs");
        }
        return document.substring(0, from + FROM.length()) + "\n" + table + "\n" + document.substring(to);
    }

    /** The README's: a line for each workload. */
    static String summary(List<Map.Entry<String, BenchRecord>> records) {
        String table = MarkdownTable.summary(records);
        return table.isEmpty() ? "No record is kept here yet; `./vivace demo` measures on your machine.\n" : table;
    }

    /** The table of the records' own document: a line for each of them, their notes, and their machines. */
    static String whole(List<Map.Entry<String, BenchRecord>> records) {
        List<Map.Entry<String, BenchRecord>> trained = records.stream()
                .filter(each -> each.getValue().quality().isPresent())
                .toList();
        List<Map.Entry<String, BenchRecord>> timed = records.stream()
                .filter(each -> !each.getValue().variants().isEmpty())
                .toList();
        Stream<String> tables = Stream.of(
                trained.isEmpty() ? "" : "Trained to a target:\n\n" + MarkdownTable.ofQualities(trained),
                trained.isEmpty() || timed.isEmpty() ? "" : "The time of a step:\n",
                timed.isEmpty() ? "" : MarkdownTable.ofRecipes(timed));
        Stream<String> notes = records.stream()
                .flatMap(each -> each.getValue().notes().stream()
                        .map(note -> "[" + each.getValue().workload() + "](" + each.getKey() + "): " + note + ".\n"));
        Stream<String> machines = Provenance.of(
                        records.stream().map(Map.Entry::getValue).toList())
                .stream()
                .map(each -> each + "\n");
        return Stream.of(tables.filter(each -> !each.isEmpty()), notes, machines)
                .flatMap(each -> each)
                .distinct()
                .collect(Collectors.joining("\n"));
    }
}
