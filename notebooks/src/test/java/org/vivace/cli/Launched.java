package org.vivace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The launcher in a checkout of its own, whose Maven is a script that writes this JVM's class path, and whose other
 * programs may be scripts too.
 */
final class Launched {

    private final Path home;
    private final Map<String, String> environment = new HashMap<>();

    Launched(Path home) throws IOException {
        this.home = home;
        Files.copy(Path.of("../vivace"), home.resolve("vivace"));
        Files.createDirectories(home.resolve("module/src/main"));
        Files.createDirectories(home.resolve("notebooks/target"));
        Files.writeString(home.resolve("pom.xml"), "");
        Files.writeString(home.resolve("module/pom.xml"), "");
        Files.writeString(home.resolve("notebooks/target/vivace.kernel.classpath"), home.toString());
        // Surefire's ends in a colon, behind which the launcher would miss a file.
        Files.writeString(
                home.resolve("dependencies"),
                System.getProperty("java.class.path").replaceFirst(":$", ""));
        program(
                "mvn",
                "cp " + home.resolve("dependencies") + " " + home.resolve("notebooks/target/vivace.dependencies"));
    }

    Path home() {
        return home;
    }

    /** A setting of the next start, in place of this process's. */
    Launched with(String name, Object value) {
        environment.put(name, value.toString());
        return this;
    }

    /** Nor has the next start this process's. */
    Launched without(String name) {
        environment.put(name, "");
        return this;
    }

    /** Puts a script before the system's program of that name. */
    void program(String name, String script) throws IOException {
        Path bin = Files.createDirectories(home.resolve("bin"));
        Path file = Files.writeString(bin.resolve(name), "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** One that says in a file that it has been asked, then does nothing for long. */
    void programThatTakesLong(String name) throws IOException {
        program(
                name,
                "echo $$ >" + asked(name) + ".new; mv " + asked(name) + ".new " + asked(name) + "\nexec sleep 300");
    }

    Path asked(String name) {
        return home.resolve("asked-" + name);
    }

    Started start(String... arguments) throws IOException {
        Path out = Files.createTempFile(home, "said", ".out");
        Path err = Files.createTempFile(home, "said", ".err");
        ProcessBuilder builder = new ProcessBuilder(home.resolve("vivace").toString())
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.command().addAll(List.of(arguments));
        builder.environment().put("PATH", home.resolve("bin") + ":" + System.getenv("PATH"));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("VIVACE_DATA", home.resolve("data").toString());
        builder.environment().put("VIVACE_JAVA_OPTIONS", "-Xmx512m -XX:TieredStopAtLevel=1");
        builder.environment().put("HOME", home.toString());
        builder.environment().putAll(environment);
        return new Started(builder.start(), out, err);
    }

    /** A command under way. */
    record Started(Process process, Path out, Path err) {

        /** Sends the signal to the launcher alone. */
        void signal(String name) throws Exception {
            new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        }

        /** Waits until the launcher catches signals; before that, nobody is there to answer one. */
        void listening() throws Exception {
            Path status = Path.of("/proc", Long.toString(process.pid()), "status");
            // INT and TERM, a bit each from the lowest on.
            long asked = 1L << 1 | 1L << 14;
            long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
            long caught = 0;
            while (Files.exists(status) && (caught & asked) != asked && System.nanoTime() < limit) {
                caught = Files.readAllLines(status).stream()
                        .filter(line -> line.startsWith("SigCgt:"))
                        .mapToLong(
                                line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
                        .findFirst()
                        .orElse(0);
                TimeUnit.MILLISECONDS.sleep(1);
            }
        }

        /** How it ended, which it must soon; nothing that it started may be left. */
        CommandRun ended() throws Exception {
            List<ProcessHandle> all = process.descendants().toList();
            try {
                if (!process.waitFor(120, TimeUnit.SECONDS)) {
                    throw new AssertionError("expected the command to end, found that it goes on: " + said(err));
                }
                // What was killed takes a moment to be gone.
                long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
                while (all.stream().anyMatch(ProcessHandle::isAlive) && System.nanoTime() < limit) {
                    TimeUnit.MILLISECONDS.sleep(20);
                }
                List<ProcessHandle> left =
                        all.stream().filter(ProcessHandle::isAlive).toList();
                if (!left.isEmpty()) {
                    throw new AssertionError("expected nothing to be left behind, found " + left + ": " + said(err));
                }
                return new CommandRun(process.exitValue(), said(out), said(err));
            } finally {
                all.forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        }

        private static String said(Path file) throws IOException {
            return Files.readString(file, UTF_8);
        }
    }

    /** Waits until a file is there. */
    static void await(Path file) throws Exception {
        long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
        while (!Files.exists(file)) {
            if (System.nanoTime() > limit) {
                throw new AssertionError("expected " + file + " to appear, it did not");
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }
}
