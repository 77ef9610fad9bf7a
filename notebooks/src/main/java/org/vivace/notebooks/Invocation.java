package org.vivace.notebooks;

import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;

/** The command line as it was typed, for the record. */
final class Invocation {

    private Invocation() {}

    static String of(CommandSpec spec) {
        return line(arguments(spec));
    }

    /** As it would be typed. */
    static String line(List<String> arguments) {
        return "./vivace " + arguments.stream().map(Invocation::quoted).collect(Collectors.joining(" "));
    }

    static List<String> arguments(CommandSpec spec) {
        return spec.root().commandLine().getParseResult().originalArgs();
    }

    private static String quoted(String argument) {
        return argument.matches("[\\w./,=:+-]+") ? argument : "'" + argument.replace("'", "'\\''") + "'";
    }
}
