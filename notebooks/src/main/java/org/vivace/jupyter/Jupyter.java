package org.vivace.jupyter;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * The user's Jupyter.
 *
 * @param environment of started processes, with the {@code PATH} that is searched
 */
public record Jupyter(Map<String, String> environment) {

    private static final String KERNEL_FILE = "kernel.json";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    public Jupyter {
        environment = Map.copyOf(environment);
    }

    public static Jupyter ofThisProcess() {
        return new Jupyter(System.getenv());
    }

    public Jupyter with(Map<String, String> more) {
        Map<String, String> all = new LinkedHashMap<>(environment);
        all.putAll(more);
        return new Jupyter(all);
    }

    /** @throws IllegalStateException with what to install, if there is no such command */
    public void require(String command) {
        if (program(command).isEmpty()) {
            throw new IllegalStateException("expected Jupyter, found no " + command
                    + " on the path: install the system's" + " packages jupyter-notebook and jupyter-nbconvert");
        }
    }

    public boolean isHere() {
        return program("jupyter").isPresent();
    }

    /** Runs a command of Jupyter to its end, {@code jupyter} first, and returns its output. */
    public Child.Result run(List<String> command, Duration limit) throws InterruptedException {
        return Child.run(command, environment, limit);
    }

    /** The user's own folder, in which kernels are registered; it need not exist. */
    public Path dataFolder() throws InterruptedException {
        String given = environment.get("JUPYTER_DATA_DIR");
        if (given != null && !given.isBlank()) {
            return Path.of(given);
        }
        if (isHere()) {
            Child.Result result = run(List.of("jupyter", "--data-dir"), PATIENCE);
            if (result.code() == 0 && !result.out().isBlank()) {
                return Path.of(result.out().strip());
            }
        }
        String home = environment.getOrDefault("HOME", System.getProperty("user.home"));
        String shared = environment.get("XDG_DATA_HOME");
        return System.getProperty("os.name").startsWith("Mac")
                ? Path.of(home, "Library", "Jupyter")
                : (shared == null || shared.isBlank() ? Path.of(home, ".local", "share") : Path.of(shared))
                        .resolve("jupyter");
    }

    /** The available kernels, by name; without Jupyter, those in the user's own folder. */
    public Map<String, InstalledKernel> kernels() throws InterruptedException {
        Map<String, InstalledKernel> found = new LinkedHashMap<>();
        for (Path data : dataFolders()) {
            for (Path folder : folders(data.resolve("kernels"))) {
                Path file = folder.resolve(KERNEL_FILE);
                if (Files.isReadable(file)) {
                    parsed(Texts.read(file))
                            .ifPresent(spec -> found.putIfAbsent(
                                    folder.getFileName().toString(), new InstalledKernel(folder, spec)));
                }
            }
        }
        return found;
    }

    /**
     * Jupyter's data folders, preferred ones first; from its core command, since listing kernels needs another package.
     */
    private List<Path> dataFolders() throws InterruptedException {
        if (isHere()) {
            JsonElement data = parsed(run(List.of("jupyter", "--paths", "--json"), PATIENCE)
                            .out())
                    .map(paths -> paths.get("data"))
                    .orElse(null);
            if (data instanceof JsonArray folders) {
                return StreamSupport.stream(folders.spliterator(), false)
                        .map(folder -> Path.of(folder.getAsString()))
                        .toList();
            }
        }
        return List.of(dataFolder());
    }

    private static List<Path> folders(Path parent) {
        File[] all = parent.toFile().listFiles(File::isDirectory);
        return all == null
                ? List.of()
                : Stream.of(all).map(File::toPath).sorted().toList();
    }

    private static Optional<JsonObject> parsed(String text) {
        try {
            JsonElement json = JsonParser.parseString(text);
            return json.isJsonObject() ? Optional.of(json.getAsJsonObject()) : Optional.empty();
        } catch (JsonParseException e) {
            return Optional.empty();
        }
    }

    private Optional<Path> program(String name) {
        List<Path> places = new ArrayList<>();
        for (String folder : environment.getOrDefault("PATH", "").split(File.pathSeparator)) {
            if (!folder.isBlank()) {
                places.add(Path.of(folder, name));
            }
        }
        return places.stream().filter(Files::isExecutable).findFirst();
    }
}
