package org.vivace.jupyter;

import java.io.File;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The kernels that can be registered, with the Java, options and class path of this process. */
public final class KernelSpecs {

    public static final String IJAVA = "ijava";
    public static final String MAVEN = "maven";

    private static final String IJAVA_MAIN = "io.github.spencerpark.ijava.IJava";
    private static final String MAVEN_MAIN = "org.rapaio.jupyter.kernel.MainApp";
    private static final List<String> SETTINGS = List.of(
            "MALLOC_ARENA_MAX",
            "MALLOC_MMAP_MAX_",
            "MALLOC_TRIM_THRESHOLD_",
            "DJL_OFFLINE",
            "PYTORCH_LIBRARY_PATH",
            "PYTORCH_FLAVOR",
            "PYTORCH_VERSION",
            "OPT_OUT_TRACKING");

    private KernelSpecs() {}

    /**
     * The Maven kernel.
     *
     * @throws IllegalStateException if its jar does not exist
     */
    public static KernelSpec maven(String name, Path home) {
        List<String> argv = command();
        argv.addAll(List.of("-cp", mavenClassPath(home), MavenKernel.class.getName(), "{connection_file}"));
        // It fails on Jupyter's interrupt message, and on scripts with more than imports.
        return new KernelSpec(displayName(name), argv, settings(home), "signal", MAVEN);
    }

    /** @param jar IJava's own, with its dependencies */
    public static KernelSpec ijava(String name, Path home, Path jar) {
        String ours = System.getProperty("java.class.path");
        List<String> argv = command();
        // Not with -jar, which would ignore the services on Vivace's class path.
        argv.addAll(List.of("-cp", ours + File.pathSeparator + jar, IJAVA_MAIN, "{connection_file}"));
        Map<String, String> settings = settings(home);
        settings.put("IJAVA_CLASSPATH", ours);
        settings.put("IJAVA_STARTUP_SCRIPTS_PATH", startScript().toString());
        return new KernelSpec(displayName(name), argv, settings, "message", IJAVA);
    }

    /** IJava's jar, if one of Jupyter's kernels runs it. */
    public static Optional<Path> ijavaJar(Map<String, InstalledKernel> kernels) {
        return kernels.values().stream()
                .map(InstalledKernel::ijava)
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static String displayName(String name) {
        return name.equals("java") ? "Java" : "Java (" + name + ")";
    }

    private static List<String> command() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(KernelSpecs::isForKernels)
                .forEach(command::add);
        return command;
    }

    /** Excludes options that instrument this process or only apply to a command on a terminal. */
    private static boolean isForKernels(String option) {
        return option.startsWith("-X")
                || option.startsWith("--")
                || option.startsWith("-Djava.awt.")
                || option.startsWith("-Dorg.slf4j.")
                || option.startsWith("-Dvivace.") && !option.startsWith("-Dvivace.terminal=");
    }

    private static Map<String, String> settings(Path home) {
        Map<String, String> settings = new LinkedHashMap<>();
        for (String name : SETTINGS) {
            Optional.ofNullable(System.getenv(name)).ifPresent(value -> settings.put(name, value));
        }
        settings.put("VIVACE_HOME", home.toString());
        return settings;
    }

    private static String mavenClassPath(Path home) {
        String ours = System.getProperty("java.class.path");
        if (KernelSpecs.class.getResource("/" + MAVEN_MAIN.replace('.', '/') + ".class") != null) {
            return ours;
        }
        Path written = home.resolve("notebooks/target/vivace.kernel.classpath");
        if (!Files.isReadable(written)) {
            throw new IllegalStateException("expected the place of the Java kernel in " + written
                    + ", found no such file: start with ./vivace, which builds it");
        }
        return ours + File.pathSeparator + Texts.read(written).strip();
    }

    private static Path startScript() {
        URI script = URI.create(KernelSpecs.class.getResource("start.jshell").toString());
        if (!"file".equals(script.getScheme())) {
            throw new IllegalStateException("expected the start script in a folder, found it in " + script
                    + ": install IJava's kernel with ./vivace of a checkout, or choose --kernel maven");
        }
        return Path.of(script);
    }
}
