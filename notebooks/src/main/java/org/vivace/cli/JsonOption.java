package org.vivace.cli;

import java.nio.file.Path;
import org.vivace.measure.Atomically;
import org.vivace.measure.Json;
import picocli.CommandLine.Option;

/** {@code --json FILE}, which every command has. */
public final class JsonOption {

    @Option(names = Outputs.FILE, paramLabel = "FILE", description = "Also write the result to this file as JSON.")
    private Path file;

    boolean wanted() {
        return file != null;
    }

    /** Writes JSON text, where the option was given. */
    void write(String json) {
        if (file != null) {
            Uninterrupted.get(() -> Atomically.write(file, json));
        }
    }

    /** Writes maps, lists, numbers and strings as JSON, where the option was given. */
    void writeValue(Object value) {
        write(Json.write(value));
    }
}
