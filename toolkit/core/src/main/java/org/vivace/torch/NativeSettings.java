package org.vivace.torch;

import ai.djl.engine.EngineException;
import ai.djl.util.ClassLoaderUtils;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What decides which libtorch DJL loads.
 *
 * @param root where the system's own folders begin; what settings name is taken as it is
 * @param classes finds what DJL's jars say of themselves
 */
record NativeSettings(Map<String, String> environment, Map<String, String> properties, Path root, ClassLoader classes) {

    private static final Pattern DRIVER = Pattern.compile("\\b\\d+\\.\\d+(\\.\\d+)?\\b");

    static NativeSettings ofThisProcess() {
        Properties properties = System.getProperties();
        return new NativeSettings(
                System.getenv(),
                properties.stringPropertyNames().stream()
                        .collect(Collectors.toMap(name -> name, properties::getProperty)),
                Path.of("/"),
                ClassLoaderUtils.getContextClassLoader());
    }

    /** As DJL reads it: the environment's value, even where it is empty, before the system property's. */
    Optional<String> get(String name) {
        return Optional.ofNullable(environment.containsKey(name) ? environment.get(name) : properties.get(name))
                .filter(value -> !value.isBlank());
    }

    /** A file below {@link #root}. */
    Path file(String path) {
        return root.resolve(path);
    }

    boolean isLinux() {
        return properties.getOrDefault("os.name", "").startsWith("Linux");
    }

    /** The operating system and the processor, as DJL names them: {@code linux-x86_64}. */
    String classifier() {
        String name = properties.getOrDefault("os.name", "").toLowerCase(Locale.ROOT);
        String system = name.startsWith("win") ? "win" : name.startsWith("mac") ? "osx" : "linux";
        String processor = properties.getOrDefault("os.arch", "");
        return system + "-" + (processor.equals("amd64") ? "x86_64" : processor);
    }

    /** The folder in which DJL keeps a folder for each libtorch. */
    Path cache() {
        return get("ENGINE_CACHE_DIR")
                .or(() -> get("DJL_CACHE_DIR"))
                .map(Path::of)
                .orElseGet(() -> {
                    Path home = Path.of(properties.getOrDefault("user.home", ""));
                    return (Files.isWritable(home) ? home : Path.of(properties.getOrDefault("java.io.tmpdir", "")))
                            .resolve(".djl.ai");
                })
                .resolve("pytorch");
    }

    boolean isOffline() {
        return Optional.ofNullable(environment.get("DJL_OFFLINE"))
                .or(() -> Optional.ofNullable(properties.get("ai.djl.offline")))
                .or(() -> Optional.ofNullable(properties.get("offline")))
                .map(Boolean::parseBoolean)
                .orElse(false);
    }

    /** The version of the NVIDIA driver, {@code unknown} if its file does not tell; empty if there is no driver. */
    Optional<String> driver() {
        Path file = get("VIVACE_NVIDIA_DRIVER").map(Path::of).orElseGet(() -> file("proc/driver/nvidia/version"));
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        Matcher version = DRIVER.matcher(text(file));
        return Optional.of(version.find() ? version.group() : "unknown");
    }

    /** What a property file in DJL's jars says; empty if there is no such file. */
    Properties said(String resource) {
        URL url = classes.getResource(resource);
        return url == null ? new Properties() : read(url);
    }

    static Properties read(URL url) {
        Properties properties = new Properties();
        try (InputStream in = url.openStream()) {
            properties.load(in);
        } catch (IOException e) {
            throw new EngineException("expected to read " + url + ", could not: repair or replace that jar", e);
        }
        return properties;
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new EngineException("expected to read " + file + ", could not: permit or repair it", e);
        }
    }
}
