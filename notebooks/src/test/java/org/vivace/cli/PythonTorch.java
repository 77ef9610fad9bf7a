package org.vivace.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A Python on this machine that has torch. */
final class PythonTorch {

    private PythonTorch() {}

    /** Its program; empty if there is none. */
    static Optional<String> find() {
        return Stream.of("python3", "/usr/bin/python3")
                .filter(program -> hasTorch(program))
                .findFirst();
    }

    private static boolean hasTorch(String program) {
        try {
            return run(List.of(program, "-c", "import torch")).code() == 0;
        } catch (IOException e) {
            return false; // there is no such program
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    static CommandRun run(List<String> command) throws IOException, InterruptedException {
        Path out = Files.createTempFile("python", ".out");
        Path err = Files.createTempFile("python", ".err");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
            try {
                return new CommandRun(process.waitFor(), Files.readString(out), Files.readString(err));
            } finally {
                process.destroyForcibly();
            }
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }
}
