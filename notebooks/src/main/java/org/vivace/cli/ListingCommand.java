package org.vivace.cli;

import java.io.PrintWriter;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that prints a list, and writes the same as JSON. */
@Command(mixinStandardHelpOptions = true)
abstract class ListingCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Mixin
    private Outputs.JsonFile json;

    /** Prints the list, and returns it by names for JSON. */
    abstract Map<String, Object> list(PrintWriter out);

    @Override
    public final void run() {
        PrintWriter out = spec.commandLine().getOut();
        Map<String, Object> all = list(out);
        out.flush();
        json.writeValue(all);
    }
}
