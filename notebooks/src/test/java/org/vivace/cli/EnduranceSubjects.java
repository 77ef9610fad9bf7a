package org.vivace.cli;

import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/** What is killed: a training with saves, a bench, a fetch, a notebook's run. */
final class EnduranceSubjects {

    /** The least that notebook run wants to see: a chart, a table and a check. */
    private static final String NOTEBOOK = """
            {"cells": [
              {"cell_type": "code", "execution_count": null, "id": "chart", "metadata": {}, "outputs": [],
               "source": ["var chart = new org.knowm.xchart.XYChartBuilder().width(300).height(200).build();\\n",
                          "chart.addSeries(\\"squares\\", new double[] {1, 2}, new double[] {1, 4});\\n", "chart"]},
              {"cell_type": "code", "execution_count": null, "id": "table", "metadata": {}, "outputs": [],
               "source": ["tech.tablesaw.api.Table.create(tech.tablesaw.api.IntColumn.create(\\"six\\", new int[] {6}))"]},
              {"cell_type": "code", "execution_count": null, "id": "check", "metadata": {}, "outputs": [],
               "source": ["Check.that(2 * 3 == 6, \\"six\\")"]}],
             "metadata": {"kernelspec": {"display_name": "Java", "language": "java", "name": "java"}},
             "nbformat": 4, "nbformat_minor": 5}
            """;

    private EnduranceSubjects() {}

    /** Its weights at the end are those of one that was never disturbed, and no step that was saved is done again. */
    static EnduranceKills fit() {
        return new EnduranceKills(
                "Training.fit with saves",
                folder -> java(EnduranceTraining.Saved.class, List.of(), folder.toString()),
                folder -> Map.of(),
                (killed, whole, ended) -> {
                    String last = last(killed);
                    if (ended) {
                        return last.equals(last(whole))
                                ? List.of()
                                : List.of("the weights at the end were " + last + " and not " + last(whole));
                    }
                    long seen = last.startsWith("step ") ? Long.parseLong(last.substring(5)) : -1;
                    long saved = newest(killed);
                    return saved < seen - 1
                            ? List.of("step " + seen + " was done and the newest save is of step " + saved)
                            : List.of();
                });
    }

    /** Whatever has its final name is whole. */
    static EnduranceKills bench() {
        return new EnduranceKills(
                "vivace bench",
                folder -> vivace(CommandRun.smallBench(
                        "--steps=6", "--no-memory", "--out=" + folder, "--json=" + folder.resolve("bench.json"))),
                folder -> Map.of(),
                (killed, whole, ended) -> {
                    List<String> faults = torn(killed);
                    if (ended && !names(killed).equals(names(whole))) {
                        faults.add("at the end there were " + names(killed) + " and not " + names(whole));
                    }
                    return faults;
                });
    }

    /** Whatever is in the data set's folder is as one undisturbed fetch leaves it. */
    static EnduranceKills fetch(String dataSet) {
        return new EnduranceKills(
                "vivace data fetch " + dataSet,
                folder -> vivace("data", "fetch", dataSet),
                folder -> Map.of("VIVACE_DATA", folder.toString()),
                EnduranceSubjects::unequal);
    }

    /** The same without a network: what a fetch does with a file that comes slowly. */
    static EnduranceKills keep() {
        return new EnduranceKills(
                "DataCache.put",
                folder -> java(EnduranceTraining.Kept.class, List.of(), folder.toString()),
                folder -> Map.of(),
                EnduranceSubjects::unequal);
    }

    static EnduranceKills notebookRun() {
        return new EnduranceKills(
                "vivace notebook run",
                folder -> {
                    Path notebook = folder.resolveSibling("small.ipynb");
                    Files.writeString(notebook, NOTEBOOK);
                    return vivace(
                            "notebook",
                            "run",
                            notebook.toString(),
                            "--out=" + folder,
                            "--json=" + folder.resolve("run.json"));
                },
                folder -> Map.of(),
                (killed, whole, ended) -> torn(killed));
    }

    /** What is there under its final name and is not whole. */
    private static List<String> torn(Path killed) throws IOException {
        List<String> faults = new ArrayList<>();
        for (Path file : EnduranceKills.files(killed)) {
            if (!isWhole(file)) {
                faults.add(file.getFileName() + " is not whole");
            }
        }
        return faults;
    }

    static List<String> java(Class<?> main, List<String> options, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(
                "-XX:+UseSerialGC",
                "-Djava.awt.headless=true",
                "-Dvivace.terminal=false",
                "-Dvivace.parent=" + ProcessHandle.current().pid(),
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"));
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    private static List<String> vivace(String... arguments) {
        return java(Vivace.class, List.of("-Xmx512m", "-XX:TieredStopAtLevel=1"), arguments);
    }

    private static List<String> unequal(Path killed, Path whole, boolean ended) throws IOException {
        List<String> faults = new ArrayList<>();
        for (Path file : EnduranceKills.files(killed)) {
            Path other = whole.resolve(killed.relativize(file));
            if (!Files.exists(other) || Files.mismatch(file, other) >= 0) {
                faults.add(file.getFileName() + " is not what an undisturbed fetch leaves");
            }
        }
        if (ended && !names(killed).equals(names(whole))) {
            faults.add("at the end there were " + names(killed) + " and not " + names(whole));
        }
        return faults;
    }

    private static List<String> names(Path folder) {
        return EnduranceKills.files(folder).stream()
                .map(file -> folder.relativize(file).toString())
                .toList();
    }

    private static boolean isWhole(Path file) throws IOException {
        String name = file.getFileName().toString();
        if (name.endsWith(".png")) {
            return ImageIO.read(file.toFile()) != null;
        }
        String text = Files.readString(file);
        if (name.endsWith(".json") || name.endsWith(".ipynb")) {
            try {
                return JsonParser.parseString(text).isJsonObject();
            } catch (JsonParseException e) {
                return false;
            }
        }
        return name.endsWith(".html") ? text.strip().endsWith("</html>") : text.endsWith("\n");
    }

    private static String last(Path folder) throws IOException {
        List<String> lines = Files.readAllLines(EnduranceKills.said(folder));
        // The last line of a process that was killed may be half of one.
        String text = Files.readString(EnduranceKills.said(folder));
        int whole = text.endsWith("\n") ? lines.size() : lines.size() - 1;
        return whole < 1 ? "" : lines.get(whole - 1);
    }

    private static long newest(Path saves) throws IOException {
        try (Stream<Path> all = Files.list(saves)) {
            return all.map(each -> each.getFileName().toString())
                    .filter(name -> name.startsWith("step-"))
                    .mapToLong(name -> Long.parseLong(name.substring(5)))
                    .max()
                    .orElse(-1);
        }
    }
}
