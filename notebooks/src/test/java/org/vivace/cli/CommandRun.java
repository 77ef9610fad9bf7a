package org.vivace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine;

/** What one command line did. */
public record CommandRun(int code, String out, String err) {

    /** Of the smallest language model, with one method. */
    private static final List<String> SMALL_BENCH = List.of(
            "bench",
            "language",
            "--width=16",
            "--layers=1",
            "--heads=2",
            "--context=16",
            "--batch=2",
            "--methods=FusedAdamW");

    /** {@link #SMALL_BENCH} with further arguments. */
    static String[] smallBench(String... more) {
        return Stream.concat(SMALL_BENCH.stream(), Stream.of(more)).toArray(String[]::new);
    }

    /** Of words that are put together. */
    @SafeVarargs
    static CommandRun joined(List<String>... words) {
        return of(Stream.of(words).flatMap(List::stream).toArray(String[]::new));
    }

    /** The JSON that the command wrote, after it ended well. */
    JsonObject done(Path json) throws IOException {
        assertThat(err).isEmpty();
        assertThat(code).isZero();
        return JsonParser.parseString(Files.readString(json)).getAsJsonObject();
    }

    public static CommandRun of(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line = Vivace.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        int code = Vivace.execute(line, arguments);
        return new CommandRun(code, out.toString(), err.toString());
    }
}
