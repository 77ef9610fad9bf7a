package org.vivace.jupyter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The system's own Jupyter, serving the notebooks of a folder to a browser. */
final class NotebookServer implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final Process process;
    private final JsonObject told;

    private NotebookServer(Process process, JsonObject told) {
        this.process = process;
        this.told = told;
    }

    /**
     * Starts Jupyter, or skips the test where there is none whose pages are known; with the environment variable
     * VIVACE_JUPYTER_TEST set to {@code required} the test fails there.
     *
     * @param notebooks that are served
     * @param own fresh, for what Jupyter stores
     */
    static NotebookServer start(Jupyter jupyter, Path notebooks, Path own) throws IOException, InterruptedException {
        Child.Result version = jupyter.isHere()
                ? jupyter.run(List.of("jupyter", "notebook", "--version"), LIMIT)
                : new Child.Result(-1, "", "");
        boolean there = version.out().startsWith("6.");
        String sentence = "notebooks are looked at in version 6 of jupyter notebook, found \""
                + version.out().strip() + "\": install Debian's jupyter-notebook";
        if ("required".equals(System.getenv("VIVACE_JUPYTER_TEST"))) {
            assertThat(there).as(sentence).isTrue();
        }
        assumeTrue(there, sentence);
        Path log = own.resolve("jupyter.log");
        ProcessBuilder builder = new ProcessBuilder(
                        "jupyter",
                        "notebook",
                        "--allow-root",
                        "--no-browser",
                        "--ip=127.0.0.1",
                        "--port=" + freePort(),
                        "--notebook-dir=" + notebooks)
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().clear();
        builder.environment()
                .putAll(jupyter.with(Map.of(
                                "JUPYTER_RUNTIME_DIR", own.resolve("runtime").toString()))
                        .environment());
        Process process = builder.start();
        // Somebody who ends the tests with Ctrl-C does not get to close().
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
        try {
            return new NotebookServer(process, told(process, own.resolve("runtime"), log));
        } catch (IOException | InterruptedException | RuntimeException | Error e) {
            Child.end(process);
            throw e;
        }
    }

    /** Where a browser finds a notebook. */
    String address(String notebook) {
        return told.get("url").getAsString() + "notebooks/" + notebook + "?token="
                + told.get("token").getAsString();
    }

    /** Ends Jupyter and the kernels that it has started. */
    @Override
    public void close() throws InterruptedException {
        Child.end(process);
    }

    /** Jupyter takes another port near it where this one was taken meanwhile. */
    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** What Jupyter writes into a file once it listens: its address, and the token that opens it. */
    private static JsonObject told(Process process, Path runtime, Path log) throws IOException, InterruptedException {
        Path file = runtime.resolve("nbserver-" + process.pid() + ".json");
        long end = System.nanoTime() + LIMIT.toNanos();
        while (process.isAlive() && System.nanoTime() < end) {
            Optional<JsonObject> told = read(file);
            if (told.isPresent()) {
                return told.orElseThrow();
            }
            Thread.sleep(100);
        }
        throw new AssertionError("expected Jupyter to listen within " + LIMIT.toSeconds() + " s, found that it "
                + (process.isAlive() ? "does not" : "has ended") + " and says: " + Texts.read(log));
    }

    private static Optional<JsonObject> read(Path file) throws IOException {
        if (!Files.isReadable(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(JsonParser.parseString(Files.readString(file)))
                    .filter(json -> json.isJsonObject())
                    .map(json -> json.getAsJsonObject());
        } catch (JsonParseException halfWritten) {
            return Optional.empty();
        }
    }
}
