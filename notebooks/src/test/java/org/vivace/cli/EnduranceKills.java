package org.vivace.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Processes of one kind that are killed at random moments and started again, in one folder.
 *
 * @param of what they do
 * @param command of one that does it in a folder
 * @param environment added to this process's
 * @param faults what is wrong in a folder in which one was killed, or came to its end; the second folder is of one that
 *     was never disturbed
 */
record EnduranceKills(
        String of, InAFolder<List<String>> command, InAFolder<Map<String, String>> environment, Faults faults) {

    private static final long ENDS_SECONDS = 600;
    private static final long LEAVES_SECONDS = 10;

    interface InAFolder<T> {
        T in(Path folder) throws IOException;
    }

    interface Faults {
        List<String> found(Path killed, Path whole, boolean ended) throws IOException;
    }

    /** Kills so many and lets one more come to its end. */
    EnduranceRecord.Kills run(int kills, Path folder, Random random) throws Exception {
        Path whole = Files.createDirectories(folder.resolve("whole"));
        long begin = System.nanoTime();
        List<String> faults = new ArrayList<>();
        requireEnd(start(whole), whole);
        double seconds = (System.nanoTime() - begin) / 1e9;
        Path killed = Files.createDirectories(folder.resolve("killed"));
        int done = 0;
        while (done < kills) {
            Process process = start(killed);
            if (process.waitFor((long) (random.nextDouble() * seconds * 1e6), TimeUnit.MICROSECONDS)) {
                requireEnd(process, killed);
                // Nothing is left to do there, so the next begins anew.
                delete(killed);
                Files.createDirectories(killed);
                continue;
            }
            List<ProcessHandle> started = process.descendants().toList();
            process.toHandle().destroyForcibly();
            process.waitFor();
            done++;
            String when = "after kill " + done + ", ";
            if (!gone(started)) {
                faults.add(when + "a process that it had started was still there " + LEAVES_SECONDS + " s later");
                started.forEach(ProcessHandle::destroyForcibly);
            }
            faults().found(killed, whole, false).forEach(fault -> faults.add(when + fault));
            System.out.printf("%s: killed %d of %d%n", of, done, kills);
        }
        requireEnd(start(killed), killed);
        faults.addAll(faults().found(killed, whole, true));
        return new EnduranceRecord.Kills(of, done, seconds, faults);
    }

    private Process start(Path folder) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command.in(folder))
                .redirectErrorStream(true)
                .redirectOutput(said(folder).toFile());
        builder.environment().putAll(environment.in(folder));
        return builder.start();
    }

    /** What the last process in the folder said; beside it, so that it is no part of what is compared. */
    static Path said(Path folder) {
        return folder.resolveSibling(folder.getFileName() + ".said");
    }

    private void requireEnd(Process process, Path folder) throws Exception {
        boolean ended = process.waitFor(ENDS_SECONDS, TimeUnit.SECONDS);
        if (!ended || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IllegalStateException("expected " + of + " to come to its end, got "
                    + (ended ? "exit code " + process.exitValue() : "no end within " + ENDS_SECONDS + " s") + " and: "
                    + Files.readString(said(folder)).strip());
        }
    }

    private static boolean gone(List<ProcessHandle> started) throws InterruptedException {
        long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(LEAVES_SECONDS);
        while (started.stream().anyMatch(ProcessHandle::isAlive)) {
            if (System.nanoTime() > limit) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
        return true;
    }

    /** The files below a folder but those whose names tell that they were never finished. */
    static List<Path> files(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile)
                    .filter(file -> Stream.iterate(file, each -> !each.equals(folder), Path::getParent)
                            .noneMatch(each -> each.getFileName().toString().startsWith(".")))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }
}
