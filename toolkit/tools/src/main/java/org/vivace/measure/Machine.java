package org.vivace.measure;

import ai.djl.engine.Engine;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The machine that a measurement ran on. Values that cannot be determined are {@code unknown}, never guessed.
 *
 * @param flags the instruction sets that matter to training, for instance {@code amx_bf16} or {@code neon}
 * @param cores processors available to this JVM
 * @param threads threads libtorch uses inside one operation
 * @param memoryBytes memory of the machine, or of the container this JVM runs in
 * @param commit the git commit of the folder that the system property {@code vivace.home} names, else of the working
 *     directory, ending in {@code -dirty} where tracked files differ from it
 */
public record Machine(
        String cpu,
        List<String> flags,
        int cores,
        int threads,
        long memoryBytes,
        String os,
        String jdk,
        String djl,
        String libtorch,
        String device,
        String commit) {

    public Machine {
        flags = flags == null ? List.of() : List.copyOf(flags);
    }

    /**
     * Reads this machine.
     *
     * @param device the device trained on, for instance {@code cpu} or a GPU's name
     * @param threads threads libtorch uses inside one operation
     * @param libtorch libtorch's version
     */
    public static Machine read(String device, int threads, String libtorch) {
        CpuInfo cpu = readCpu();
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        return new Machine(
                cpu.model(),
                cpu.flags(),
                Runtime.getRuntime().availableProcessors(),
                threads,
                system.getTotalMemorySize(),
                property("os.name") + " " + property("os.version") + " " + property("os.arch"),
                property("java.vm.name") + " " + property("java.runtime.version"),
                Optional.ofNullable(Engine.getDjlVersion()).orElse(CpuInfo.UNKNOWN),
                libtorch,
                device,
                commit(Path.of(System.getProperty("vivace.home", ""))));
    }

    /** The commit checked out in {@code folder}, or {@code unknown} without git or a repository. */
    static String commit(Path folder) {
        return output(folder, "git", "rev-parse", "HEAD")
                .filter(hash -> !hash.isEmpty())
                .map(hash -> {
                    boolean dirty = output(folder, "git", "status", "--porcelain", "--untracked-files=no")
                            .filter(changes -> !changes.isEmpty())
                            .isPresent();
                    return dirty ? hash + "-dirty" : hash;
                })
                .orElse(CpuInfo.UNKNOWN);
    }

    private static CpuInfo readCpu() {
        Path linux = Path.of("/proc/cpuinfo");
        try {
            if (Files.isReadable(linux)) {
                return CpuInfo.parse(Files.readString(linux));
            }
        } catch (IOException e) {
            return new CpuInfo(CpuInfo.UNKNOWN, List.of());
        }
        String mac = output(Path.of(""), "sysctl", "-n", "machdep.cpu.brand_string")
                .filter(name -> !name.isEmpty())
                .orElse(CpuInfo.UNKNOWN);
        return new CpuInfo(mac, List.of());
    }

    private static String property(String name) {
        return System.getProperty(name, CpuInfo.UNKNOWN);
    }

    /** The output of a command; empty if there is no such command or it fails. */
    private static Optional<String> output(Path folder, String... command) {
        try {
            Process process = new ProcessBuilder(command)
                    .directory(folder.toAbsolutePath().toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            process.getOutputStream().close();
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return Optional.empty();
            }
            return process.exitValue() == 0 ? Optional.of(text) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
