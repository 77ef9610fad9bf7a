package org.vivace.cli;

import java.util.ArrayList;
import java.util.List;
import org.vivace.bench.CommandText;
import picocli.CommandLine.Model.CommandSpec;

/** The command line as it was typed, for the record. */
final class Invocation {

    private Invocation() {}

    static String of(CommandSpec spec) {
        return line(spec.root().commandLine().getParseResult().originalArgs());
    }

    /** As it would be typed. */
    static String line(List<String> arguments) {
        List<String> words = new ArrayList<>(List.of("./vivace"));
        words.addAll(arguments);
        return CommandText.of(words);
    }
}
