package org.vivace.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/** What one command line did. */
public record CommandRun(int code, String out, String err) {

    public static CommandRun of(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line = Vivace.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        int code = Vivace.execute(line, arguments);
        return new CommandRun(code, out.toString(), err.toString());
    }
}
