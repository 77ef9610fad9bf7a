package org.vivace.jupyter;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A process that is waited for; if the wait is cut short, it is ended with all its children. */
public final class Child {

    private static final long GRACE_SECONDS = 5;

    private Child() {}

    /**
     * The result of a process.
     *
     * @param code its exit code, or -1 if it was ended because it took too long
     */
    public record Result(int code, String out, String err) {}

    /** @throws InterruptedException if this thread was interrupted meanwhile; the process is then ended */
    static Result run(List<String> command, Map<String, String> environment, Duration limit)
            throws InterruptedException {
        try {
            // Files, since reading from a pipe cannot be interrupted.
            Path out = Files.createTempFile("vivace-jupyter", ".out");
            Path err = Files.createTempFile("vivace-jupyter", ".err");
            try {
                ProcessBuilder builder = new ProcessBuilder(command)
                        .redirectInput(new java.io.File("/dev/null"))
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile());
                builder.environment().clear();
                builder.environment().putAll(environment);
                int code = code(builder.start(), limit);
                return new Result(code, Texts.read(out), Texts.read(err));
            } finally {
                Files.deleteIfExists(out);
                Files.deleteIfExists(err);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(command.get(0) + " could not be started: " + e.getMessage(), e);
        }
    }

    private static int code(Process process, Duration limit) throws InterruptedException {
        try {
            return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS) ? process.exitValue() : -1;
        } finally {
            end(process);
        }
    }

    /** Asks the process and its children to end, and after a while kills them. */
    static void end(Process process) throws InterruptedException {
        if (!process.isAlive()) {
            return;
        }
        List<ProcessHandle> all = process.descendants().toList();
        process.destroy();
        boolean interrupted = Thread.interrupted();
        process.waitFor(GRACE_SECONDS, TimeUnit.SECONDS);
        process.destroyForcibly();
        all.forEach(ProcessHandle::destroyForcibly);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
