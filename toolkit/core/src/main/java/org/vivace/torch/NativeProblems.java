package org.vivace.torch;

import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.vivace.torch.NativeChoice.Origin;

/** What goes wrong with the libtorch that DJL is about to load, each in a sentence with its remedy. */
final class NativeProblems {

    private static final String CUDA = CudaRuntime.CUDA + "." + NativeChoice.CUDA_MINOR;

    private NativeProblems() {}

    /** What ends the process or the loading. */
    static Optional<String> obstacle(NativeChoice choice) {
        return Stream.of(
                        noneInstalled(choice),
                        otherVersion(choice),
                        noLayerPublished(choice),
                        noLayerOfThatFlavor(choice),
                        notForCuda(choice),
                        nothingToFetch(choice))
                .flatMap(Optional::stream)
                .findFirst();
    }

    /** What makes libtorch something else than the user may want. */
    static List<String> ofLibtorch(NativeChoice choice) {
        return Stream.of(cpuForced(choice), cpuBuild(choice), cpuFlavor(choice), versionUnknown(choice))
                .flatMap(Optional::stream)
                .toList();
    }

    /** What keeps DJL from seeing a GPU. */
    static List<String> ofCuda(NativeChoice choice) {
        return choice.driver().isEmpty()
                ? List.of()
                : Stream.of(oldDriver(choice), noRuntime(choice), oldRuntime(choice))
                        .flatMap(Optional::stream)
                        .toList();
    }

    private static Optional<String> noneInstalled(NativeChoice choice) {
        return choice.settings()
                .get("PYTORCH_LIBRARY_PATH")
                .filter(paths -> choice.installed().isEmpty())
                .map(paths -> "expected " + System.mapLibraryName("torch") + " in a folder that PYTORCH_LIBRARY_PATH"
                        + " names, found none in " + paths + ": name the folder lib of a torch, or unset it");
    }

    private static Optional<String> otherVersion(NativeChoice choice) {
        String made = InstalledTorch.release(choice.taken());
        return choice.installed()
                .flatMap(InstalledTorch::version)
                .filter(version -> !version.equals(made) && !choice.hasLayerOfItsOwn())
                .map(version -> "expected libtorch " + made + ", for which DJL " + choice.djl()
                        + " takes its native layer, found " + version + " in " + choice.folder()
                        + ", whose memory is laid out in another way: install torch " + choice.bundled()
                        + ", or set PYTORCH_VERSION=" + version + layerFor(version, choice));
    }

    private static String layerFor(String version, NativeChoice choice) {
        if (!InstalledTorch.isNewer(version, choice.bundled())) {
            return ", and DJL fetches the layer for it";
        }
        String folder = "../" + version + "-" + choice.flavor() + "-"
                + choice.settings().classifier();
        return " and build the layer for it at "
                + choice.layer()
                        .resolveSibling(folder)
                        .resolve(choice.layer().getFileName())
                        .normalize();
    }

    /** DJL publishes layers for its own libtorch and for some older ones. */
    private static Optional<String> noLayerPublished(NativeChoice choice) {
        String version = InstalledTorch.release(choice.taken());
        return Optional.of(choice)
                .filter(each -> InstalledTorch.isNewer(version, each.bundled()) && !Files.exists(each.layer()))
                .map(each -> "expected a native layer for libtorch " + version + " at " + each.layer()
                        + ", found none, and DJL " + each.djl() + " publishes none above " + each.bundled()
                        + ": build it there, or unset PYTORCH_VERSION and take libtorch " + each.bundled());
    }

    private static Optional<String> noLayerOfThatFlavor(NativeChoice choice) {
        boolean bundled = InstalledTorch.release(choice.taken()).equals(choice.bundled())
                && choice.hasBundledLayer("cpu")
                && !Files.exists(choice.layer());
        boolean cuda = choice.hasBundledLayer(NativeChoice.CUDA_FLAVOR);
        return Optional.of(choice.flavor())
                .filter(flavor -> bundled && !choice.hasBundledLayer(flavor))
                .map(flavor -> "expected PYTORCH_FLAVOR to be cpu" + (cuda ? " or " + NativeChoice.CUDA_FLAVOR : "")
                        + ", which DJL " + choice.djl() + " has a native layer for, got " + flavor
                        + ": unset it, and the one that fits is taken");
    }

    private static Optional<String> notForCuda(NativeChoice choice) {
        return choice.installed()
                .filter(torch -> !torch.cuda() && choice.flavor().startsWith("cu"))
                .map(torch -> "expected a libtorch for CUDA with PYTORCH_FLAVOR=" + choice.flavor() + ", found no "
                        + System.mapLibraryName("torch_cuda") + " in " + torch.folder()
                        + ": unset PYTORCH_FLAVOR, or install a torch for CUDA");
    }

    private static Optional<String> nothingToFetch(NativeChoice choice) {
        return Optional.of(choice)
                .filter(each ->
                        each.origin() == Origin.FETCHED && each.settings().isOffline())
                .map(each -> "expected libtorch " + each.version() + " of the flavor " + each.flavor() + " in "
                        + each.folder() + ", found none, and DJL_OFFLINE forbids to fetch it: unset DJL_OFFLINE for"
                        + " one start, or set PYTORCH_LIBRARY_PATH to the folder lib of a torch " + each.bundled());
    }

    private static Optional<String> cpuForced(NativeChoice choice) {
        return Optional.of("a pytorch-native-cpu jar in the class path forces the CPU, though there is an NVIDIA"
                        + " driver: remove it")
                .filter(sentence -> choice.origin() == Origin.CLASS_PATH
                        && choice.flavor().startsWith("cpu")
                        && choice.driver().isPresent());
    }

    private static Optional<String> cpuBuild(NativeChoice choice) {
        return choice.installed()
                .filter(torch -> !torch.cuda() && choice.driver().isPresent())
                .map(torch -> "this libtorch is for the CPU alone, though there is an NVIDIA driver: install torch "
                        + choice.bundled() + " for CUDA, or unset PYTORCH_LIBRARY_PATH");
    }

    private static Optional<String> cpuFlavor(NativeChoice choice) {
        boolean fetched = choice.origin() == Origin.CACHE || choice.origin() == Origin.FETCHED;
        boolean cuda = choice.installed().map(InstalledTorch::cuda).orElse(false);
        return choice.settings()
                .get("PYTORCH_FLAVOR")
                .filter(flavor -> flavor.startsWith("cpu")
                        && (cuda || fetched && choice.driver().isPresent()))
                .map(flavor -> "PYTORCH_FLAVOR=" + flavor + " asks for the CPU, but "
                        + (cuda ? "this libtorch is for CUDA" : "there is an NVIDIA driver") + ": unset it");
    }

    private static Optional<String> versionUnknown(NativeChoice choice) {
        return choice.installed()
                .filter(torch -> torch.version().isEmpty() && !choice.hasLayerOfItsOwn())
                .map(torch -> "no file beside " + torch.folder() + " tells its version, and DJL crashes if it is not "
                        + InstalledTorch.release(choice.taken()) + ": name the folder lib of a whole torch");
    }

    private static Optional<String> oldDriver(NativeChoice choice) {
        return choice.runtime()
                .flatMap(runtime -> choice.driver()
                        .filter(version -> NativeChoice.isTooOld(version, runtime))
                        .map(version ->
                                "expected an NVIDIA driver of " + runtime.oldestDriver() + " or newer, which CUDA "
                                        + runtime.major() + " needs, found " + version + ": update the driver"
                                        + (runtime.major() <= CudaRuntime.CUDA
                                                ? ""
                                                : ", or name the folder of a runtime of CUDA 12 in LD_LIBRARY_PATH")));
    }

    private static Optional<String> noRuntime(NativeChoice choice) {
        String install = "install the runtime of CUDA " + CUDA + " or newer, and name its folder in LD_LIBRARY_PATH";
        boolean fetched = choice.origin() == Origin.CACHE || choice.origin() == Origin.FETCHED;
        String remedy = !fetched
                ? install
                : choice.flavor().startsWith("cu")
                        ? "start again once DJL has fetched its libtorch, which has one"
                        : "set PYTORCH_FLAVOR=" + NativeChoice.CUDA_FLAVOR
                                + " and start twice, as DJL then fetches a libtorch that has one, or " + install;
        return Optional.of("expected CUDA's runtime on the library path, found the driver but no libcudart, without"
                        + " which DJL sees no GPU: " + remedy)
                .filter(sentence -> choice.runtime().isEmpty());
    }

    private static Optional<String> oldRuntime(NativeChoice choice) {
        boolean fetched = choice.origin() == Origin.CACHE || choice.origin() == Origin.FETCHED;
        return choice.runtime()
                .filter(runtime -> fetched
                        && runtime.isOlderThan(CudaRuntime.CUDA, NativeChoice.CUDA_MINOR)
                        && choice.settings().get("PYTORCH_FLAVOR").isEmpty())
                .map(runtime -> "expected a CUDA runtime of " + CUDA + " or newer, found "
                        + runtime.version().orElse("an older one") + " in " + runtime.folder()
                        + ", for which DJL takes a libtorch for the CPU: install a newer runtime, or set PYTORCH_FLAVOR="
                        + NativeChoice.CUDA_FLAVOR);
    }
}
