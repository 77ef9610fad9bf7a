package org.vivace.cli;

import java.nio.file.Path;
import java.util.List;
import org.vivace.measure.Atomically;
import org.vivace.measure.Json;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/** The options for output files, and the check that they can be written before a long measurement begins. */
final class Outputs {

    /** These two are the only options of any command that name an output. */
    static final String FILE = "--json";

    static final String FOLDER = "--out";

    /** The files that most commands write into a folder. */
    private static final List<String> IN_A_FOLDER = List.of("record.json", "index.html", "table.csv");

    private Outputs() {}

    /** {@code --json FILE}, which almost every command has. */
    static final class JsonFile {

        @Option(names = FILE, paramLabel = "FILE", description = "Also write the result to this file as JSON.")
        private Path file;

        boolean wanted() {
            return file != null;
        }

        /** Writes JSON text, if the option was given. */
        void write(String json) {
            if (file != null) {
                Interruption.shielded(() -> Atomically.write(file, json));
            }
        }

        /** Writes maps, lists, numbers and strings as JSON, if the option was given. */
        void writeValue(Object value) {
            write(Json.write(value));
        }
    }

    /** {@code --out DIR} of the measuring commands. */
    static final class Folder {

        @Option(
                names = FOLDER,
                paramLabel = "DIR",
                description = "Write record, tables, plots and page here (default: ${DEFAULT-VALUE}).")
        private Path path;

        Folder(String byDefault) {
            path = Path.of(byDefault);
        }

        Path path() {
            return path;
        }
    }

    /** Fails with one sentence if an output of the command could not be written. */
    static void check(ParseResult parsed) {
        ParseResult last = parsed;
        while (last.hasSubcommand()) {
            last = last.subcommand();
        }
        if (last.isUsageHelpRequested() || last.isVersionHelpRequested()) {
            return;
        }
        for (OptionSpec option : last.commandSpec().options()) {
            Object value = option.getValue();
            if (value instanceof Path file && option.names()[0].equals(FILE)) {
                Atomically.requireWritable(file);
            } else if (value instanceof Path folder && option.names()[0].equals(FOLDER)) {
                IN_A_FOLDER.forEach(name -> Atomically.requireWritable(folder.resolve(name)));
            }
        }
    }
}
