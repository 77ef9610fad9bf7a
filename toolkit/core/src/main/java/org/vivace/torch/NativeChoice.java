package org.vivace.torch;

import ai.djl.engine.EngineException;
import com.sun.jna.NativeLibrary;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;

/**
 * Which libtorch DJL is about to load, told from settings and files before any of it is loaded.
 *
 * @param installed what {@code PYTORCH_LIBRARY_PATH} names, which comes first; empty if it names nothing
 * @param folder where the libtorch is, or will be when DJL has fetched it
 * @param version the libtorch's own where it is known, or else what DJL takes it for
 * @param taken the version whose native layer DJL takes
 * @param flavor {@code cpu}, {@code cu128}
 * @param layer the file in which DJL looks for its native layer before it unpacks or fetches one
 * @param driver the version of the NVIDIA driver; empty without one
 */
record NativeChoice(
        NativeSettings settings,
        Origin origin,
        Optional<InstalledTorch> installed,
        Path folder,
        String version,
        String taken,
        String flavor,
        Path layer,
        Optional<String> driver,
        Optional<CudaRuntime> runtime) {

    /** The flavor for CUDA of the libtorch and of the native layer that DJL 0.36 publishes. */
    static final String CUDA_FLAVOR = "cu128";

    static final int CUDA_MINOR = 8;

    /** Where a libtorch comes from. */
    enum Origin {
        INSTALLED,
        CLASS_PATH,
        CACHE,
        FETCHED
    }

    /** A native jar of DJL's in the class path, by what it says of itself. */
    private record Jar(String version, String flavor) {}

    static NativeChoice of(NativeSettings settings) {
        Optional<InstalledTorch> installed =
                settings.get("PYTORCH_LIBRARY_PATH").flatMap(InstalledTorch::in);
        String bundled = bundled(settings);
        Optional<CudaRuntime> runtime = CudaRuntime.find(
                settings, installed.map(InstalledTorch::folder).orElse(cached(settings, bundled, CUDA_FLAVOR)));
        Optional<String> driver = settings.driver();
        // Where names do not tell the runtime's version, it is taken for one that is new enough.
        String system = runtime.filter(found -> driver.isPresent() && !isTooOld(driver.get(), found))
                .map(found -> found.flavor().orElse(CUDA_FLAVOR))
                .orElse("cpu");
        Optional<Jar> jar = jar(settings, system);
        Optional<String> asked = settings.get("PYTORCH_VERSION");

        Origin origin;
        String taken;
        String flavor;
        if (installed.isPresent()) {
            origin = Origin.INSTALLED;
            taken = asked.or(() -> jar.map(Jar::version)).orElse(bundled);
            flavor = settings.get("PYTORCH_FLAVOR")
                    .orElseGet(() -> installed.get().cuda() ? CUDA_FLAVOR : "cpu");
        } else if (jar.isPresent()
                && asked.filter(version -> !jar.get().version().startsWith(version))
                        .isEmpty()) {
            origin = Origin.CLASS_PATH;
            taken = jar.get().version();
            flavor = jar.get().flavor();
        } else {
            taken = asked.orElse(bundled);
            String wanted = settings.get("PYTORCH_FLAVOR").orElse(system);
            flavor = taken.equals(bundled) && wanted.startsWith("cu") ? published(settings, wanted) : wanted;
            boolean found = Files.exists(cached(settings, taken, flavor).resolve(System.mapLibraryName("torch")));
            // DJL asks the list of what is published where it has not got what it wants first.
            boolean told =
                    flavor.equals(wanted) || Files.exists(settings.cache().resolve(taken + ".txt"));
            origin = found && told ? Origin.CACHE : Origin.FETCHED;
        }
        Path folder = installed.map(InstalledTorch::folder).orElse(cached(settings, taken, flavor));
        return new NativeChoice(
                settings,
                origin,
                installed,
                folder,
                installed.flatMap(InstalledTorch::version).orElse(InstalledTorch.release(taken)),
                taken,
                flavor,
                layer(settings, folder, cached(settings, taken, flavor)),
                driver,
                runtime);
    }

    /** False where the driver does not tell its version. */
    static boolean isTooOld(String driver, CudaRuntime runtime) {
        return driver.matches("\\d+\\..*")
                && Integer.parseInt(driver.substring(0, driver.indexOf('.'))) < runtime.oldestDriver();
    }

    /** The DJL in the class path. */
    String djl() {
        return djl(settings);
    }

    /** The libtorch that DJL's native layer in the class path is made for, or else DJL itself. */
    String bundled() {
        return InstalledTorch.release(
                settings.said("jnilib/pytorch.properties").getProperty("jni_version", bundled(settings)));
    }

    /** Whether the class path has a native layer for this flavor. */
    boolean hasBundledLayer(String flavor) {
        String path = "jnilib/" + settings.classifier() + "/" + flavor + "/" + System.mapLibraryName("djl_torch");
        return settings.classes().getResource(path) != null;
    }

    /** Whether somebody put a native layer beside the libtorch, which then is for that libtorch. */
    boolean hasLayerOfItsOwn() {
        return Files.exists(layer) && Objects.equals(layer.getParent(), folder);
    }

    /** Tells DJL what it does not find by itself: the flavor of an installed libtorch, and where CUDA's runtime is. */
    void tellDjl() {
        if (origin == Origin.INSTALLED && settings.get("PYTORCH_FLAVOR").isEmpty()) {
            System.setProperty("PYTORCH_FLAVOR", flavor);
        }
        if (driver.isPresent() && flavor.startsWith("cu")) {
            runtime.ifPresent(found ->
                    NativeLibrary.addSearchPath("cudart", found.folderForJna().toString()));
        }
    }

    private static Optional<Jar> jar(NativeSettings settings, String system) {
        List<URL> all;
        try {
            all = Collections.list(settings.classes().getResources("native/lib/pytorch.properties"));
        } catch (IOException e) {
            throw new EngineException("expected to search the class path for native jars, could not: repair it", e);
        }
        return all.stream()
                .map(NativeSettings::read)
                .filter(properties -> properties.getProperty("placeholder") == null
                        && properties.getProperty("classifier", "").endsWith(settings.classifier()))
                .map(NativeChoice::jar)
                .filter(jar -> jar.flavor().startsWith("cpu") || jar.flavor().compareTo(system) <= 0)
                .max(Comparator.comparing(Jar::flavor).thenComparing(Jar::version));
    }

    /** The highest that is not above the one that is wanted, as DJL decides. */
    private static String published(NativeSettings settings, String wanted) {
        return settings.classifier().endsWith("x86_64") && wanted.compareTo(CUDA_FLAVOR) >= 0 ? CUDA_FLAVOR : "cpu";
    }

    private static Jar jar(Properties properties) {
        return new Jar(properties.getProperty("version", "unknown"), properties.getProperty("flavor", "cpu"));
    }

    private static Path cached(NativeSettings settings, String version, String flavor) {
        return settings.cache().resolve(version + "-" + flavor + "-" + settings.classifier());
    }

    private static Path layer(NativeSettings settings, Path folder, Path cached) {
        String plain = System.mapLibraryName("djl_torch");
        String named = djl(settings) + "-" + plain;
        return List.of(folder.resolve(named), folder.resolve(plain)).stream()
                .filter(Files::exists)
                .findFirst()
                .orElse(cached.resolve(named));
    }

    private static String bundled(NativeSettings settings) {
        return settings.said("pytorch-engine.properties").getProperty("pytorch_version", "unknown");
    }

    private static String djl(NativeSettings settings) {
        return settings.said("pytorch-engine.properties").getProperty("djl_version", "unknown");
    }
}
