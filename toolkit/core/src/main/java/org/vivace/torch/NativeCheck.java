package org.vivace.torch;

import ai.djl.engine.EngineException;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is known of libtorch and CUDA before any native library is loaded.
 *
 * @param libtorch the libtorch that DJL takes, its flavor, and where from
 * @param cuda the NVIDIA driver and CUDA's runtime
 * @param driver whether there is an NVIDIA driver
 * @param obstacle why this libtorch cannot be loaded, a sentence with the remedy; empty if it can
 * @param libtorchAdvice what makes this libtorch something else than the user may want, each with its remedy
 * @param cudaAdvice what keeps DJL from seeing a GPU, each with its remedy
 */
public record NativeCheck(
        String libtorch,
        String cuda,
        boolean driver,
        Optional<String> obstacle,
        List<String> libtorchAdvice,
        List<String> cudaAdvice) {

    private static final Logger LOGGER = LoggerFactory.getLogger(NativeCheck.class);

    /** Reads settings and files; loads nothing. */
    public static NativeCheck ofThisProcess() {
        return of(NativeChoice.of(NativeSettings.ofThisProcess()));
    }

    static NativeCheck of(NativeChoice choice) {
        return new NativeCheck(
                libtorch(choice),
                cuda(choice),
                choice.driver().isPresent(),
                NativeProblems.obstacle(choice),
                NativeProblems.ofLibtorch(choice),
                NativeProblems.ofCuda(choice));
    }

    /**
     * Lets DJL load its libtorch.
     *
     * @throws EngineException if it cannot be loaded or would crash
     */
    static void beforeLoading() {
        NativeChoice choice = NativeChoice.of(NativeSettings.ofThisProcess());
        NativeProblems.obstacle(choice).ifPresent(obstacle -> {
            throw new EngineException(obstacle);
        });
        if (choice.origin() == NativeChoice.Origin.FETCHED) {
            boolean later = choice.flavor().startsWith("cu") && choice.runtime().isEmpty();
            LOGGER.warn(
                    "DJL fetches libtorch {}, once; that takes minutes{}",
                    libtorch(choice),
                    later ? ", and the GPU is seen from the next start on" : "");
        }
        choice.tellDjl();
    }

    private static String libtorch(NativeChoice choice) {
        Optional<String> named = choice.settings().get("PYTORCH_LIBRARY_PATH");
        if (named.isPresent() && choice.installed().isEmpty()) {
            return "none in " + named.get();
        }
        String which = choice.version() + ", flavor " + choice.flavor();
        return switch (choice.origin()) {
            case INSTALLED -> which + ", installed in " + choice.folder();
            case CLASS_PATH -> which + ", from a jar in the class path";
            case CACHE -> which + ", from DJL's cache in " + choice.folder();
            case FETCHED -> which + ", from publish.djl.ai into " + choice.folder();
        };
    }

    private static String cuda(NativeChoice choice) {
        String runtime = choice.runtime()
                .map(found -> "runtime " + found.version().orElse("of an unknown version") + " in " + found.folder())
                .orElse("no runtime");
        return choice.driver().map(version -> "driver " + version).orElse("no NVIDIA driver") + ", " + runtime;
    }
}
