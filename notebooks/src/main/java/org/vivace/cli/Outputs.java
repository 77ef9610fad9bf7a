package org.vivace.cli;

import java.nio.file.Path;
import java.util.List;
import org.vivace.measure.Atomically;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** What a command is told to write, looked at before it begins: an hour's work must not end where nothing can be written. */
final class Outputs {

    /** The option of a file and that of a folder; no other option of any command names something to write. */
    static final String FILE = "--json";

    static final String FOLDER = "--out";

    /** What is written into a folder under these names by most commands. */
    private static final List<String> IN_A_FOLDER = List.of("record.json", "index.html", "table.csv");

    private Outputs() {}

    /** Fails with one sentence where an output of the command could not be written. */
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
