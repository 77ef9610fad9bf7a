package org.vivace.torch;

import ai.djl.engine.Engine;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vivace.torch.Arithmetic.Finding;

/**
 * Stores the findings about this machine's arithmetic, in one file for each processor, libtorch and setting. The folder
 * is {@code calibration} in {@code VIVACE_DATA}, or else in {@code .vivace/data} of the home folder.
 */
final class KeptArithmetic {

    private static final Logger LOGGER = LoggerFactory.getLogger(KeptArithmetic.class);
    private static final Gson GSON = new GsonBuilder()
            .serializeSpecialFloatingPointValues()
            .setPrettyPrinting()
            .create();
    /** Increased when the probes change. */
    private static final int VERSION = 3;

    private record Kept(String machine, List<Finding> findings) {}

    private KeptArithmetic() {}

    /** The findings stored for this machine; empty if there are none or the file is damaged. */
    static Optional<List<Finding>> read() {
        return read(MachineFolder.get(), machine());
    }

    static Optional<List<Finding>> read(Path folder, String machine) {
        Path file = folder.resolve(name(machine));
        try {
            Kept kept = GSON.fromJson(Files.readString(file), Kept.class);
            boolean whole = kept != null
                    && machine.equals(kept.machine())
                    && kept.findings() != null
                    && !kept.findings().isEmpty()
                    && kept.findings().stream().allMatch(each -> each != null && each.operator() != null);
            if (whole) {
                return Optional.of(List.copyOf(kept.findings()));
            }
            LOGGER.warn(
                    "expected the findings about this machine's arithmetic in {}, found something else: it is"
                            + " checked again",
                    file);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException | JsonParseException e) {
            LOGGER.warn("could not read {}, so this machine's arithmetic is checked again: {}", file, e.toString());
        }
        return Optional.empty();
    }

    static List<Finding> write(List<Finding> findings) {
        write(MachineFolder.get(), machine(), findings);
        return findings;
    }

    static void write(Path folder, String machine, List<Finding> findings) {
        try {
            Files.createDirectories(folder);
            Path partial = Files.createTempFile(folder, ".arithmetic", ".partial");
            try {
                Files.writeString(partial, GSON.toJson(new Kept(machine, findings)) + "\n");
                Files.move(
                        partial,
                        folder.resolve(name(machine)),
                        StandardCopyOption.ATOMIC_MOVE,
                        StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(partial);
            }
        } catch (IOException e) {
            LOGGER.warn(
                    "could not store the findings about this machine's arithmetic in {}, so the next process checks"
                            + " it again: {}",
                    folder,
                    e.toString());
        }
    }

    static String name(String machine) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(machine.getBytes(StandardCharsets.UTF_8));
            return "arithmetic-" + HexFormat.of().formatHex(hash, 0, 8) + ".json";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("expected every Java to have SHA-256, found one without", e);
        }
    }

    /** Everything that the choice of oneDNN's code depends on. */
    static String machine() {
        Map<String, String> settings = new TreeMap<>();
        System.getenv().forEach((name, value) -> {
            if (name.startsWith("ONEDNN_") || name.startsWith("DNNL_")) {
                settings.put(name, value);
            }
        });
        return "check " + VERSION + ", " + processor() + ", libtorch "
                + Engine.getEngine("PyTorch").getVersion() + ", DJL " + Engine.getDjlVersion() + ", "
                + Threads.inOneOperation() + " threads, " + settings;
    }

    /**
     * Sizes of the caches as the system reports them: oneDNN's layouts depend on them, and some virtual machines hide
     * them.
     */
    static String caches(Path folder) {
        List<String> sizes = new ArrayList<>();
        for (int level = 0; Files.isDirectory(folder.resolve("index" + level)); level++) {
            try {
                sizes.add(Files.readString(folder.resolve("index" + level + "/size"))
                        .strip());
            } catch (IOException e) {
                sizes.add("hidden");
            }
        }
        return sizes.toString();
    }

    private static String processor() {
        String architecture = System.getProperty("os.arch");
        Path linux = Path.of("/proc/cpuinfo");
        if (!Files.isReadable(linux)) {
            return architecture;
        }
        try (Stream<String> lines = Files.lines(linux)) {
            return architecture + " "
                    + lines.filter(line -> line.startsWith("model") || line.startsWith("flags"))
                            .limit(3)
                            .map(line -> line.substring(line.indexOf(':') + 1).strip())
                            .collect(Collectors.joining(", "))
                    + ", caches " + caches(Path.of("/sys/devices/system/cpu/cpu0/cache"));
        } catch (IOException e) {
            return architecture;
        }
    }
}
