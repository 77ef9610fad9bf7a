package org.vivace.datasets;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a program to its end. */
@FunctionalInterface
interface Command {
    long LIMIT_MINUTES = 10;

    /** The operating system's programs, found by name. */
    Command SYSTEM = Command::runProcess;

    /** Runs the words in the folder; an exit status other than 0 is a {@link CommandFailed}. */
    void run(Path folder, String... words) throws IOException;

    /** Ends the process and its children, and returns when it writes no more output. */
    private static void end(Process process) {
        if (process.isAlive()) {
            List<ProcessHandle> started = process.descendants().toList();
            process.destroyForcibly();
            started.forEach(ProcessHandle::destroyForcibly);
            process.onExit().join();
            started.forEach(each -> each.onExit().join());
        }
    }

    private static void runProcess(Path folder, String... words) throws IOException {
        Path output = Files.createTempFile(folder, ".output", ".txt");
        Process process;
        try {
            process = new ProcessBuilder(words)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
        } catch (IOException missing) {
            throw new IOException(words[0] + " is not on this machine", missing);
        }
        try {
            if (!process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES)) {
                throw new IOException(words[0] + " did not end within " + LIMIT_MINUTES + " minutes");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while " + words[0] + " was running: start it again");
        } finally {
            end(process);
        }
        if (process.exitValue() != 0) {
            // Its messages are in the platform's own charset and may hold anything.
            List<String> lines = new String(Files.readAllBytes(output), Charset.defaultCharset())
                    .lines()
                    .filter(line -> !line.isBlank())
                    .toList();
            throw new CommandFailed(words[0], process.exitValue(), lines);
        }
    }
}
