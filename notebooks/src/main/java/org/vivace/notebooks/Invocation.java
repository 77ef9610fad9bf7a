package org.vivace.notebooks;

import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;

/** The command line as it was typed, for the record. */
final class Invocation {

    private Invocation() {}

    static String of(CommandSpec spec) {
        List<String> arguments = spec.root().commandLine().getParseResult().originalArgs();
        return "./vivace " + arguments.stream().map(Invocation::quoted).collect(Collectors.joining(" "));
    }

    private static String quoted(String argument) {
        return argument.matches("[\\w./,=:+-]+") ? argument : "'" + argument.replace("'", "'\\''") + "'";
    }
}
