package org.vivace.cli;

import ai.djl.Device;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.vivace.bench.Allocator;
import org.vivace.bench.LocalMachine;
import org.vivace.datasets.DataSet;
import org.vivace.datasets.DataSetCatalog;
import org.vivace.jupyter.InstalledKernel;
import org.vivace.jupyter.Jupyter;
import org.vivace.measure.Figures;
import org.vivace.measure.Machine;
import org.vivace.report.Fonts;
import org.vivace.torch.Arithmetic;
import org.vivace.torch.NativeCheck;
import org.vivace.torch.Precision;
import org.vivace.torch.PrecisionProbe;

/** Everything that {@code doctor} checks. */
final class Findings {

    private static final String NOTHING = "nothing to do";
    private static final double CLEARLY_FASTER = 0.7;
    private static final double GIB = 1L << 30;
    private static final double ENOUGH_GIB = 6;

    /** One property of this machine that matters to training, its value, and advice. */
    record Finding(String name, String found, String advice) {}

    private Findings() {}

    static List<Finding> of(Machine machine, Device device, NativeCheck libraries) {
        return List.of(
                device(device, libraries),
                libtorch(libraries),
                cuda(libraries),
                processor(machine),
                precision(Precision.BFLOAT16, "bf16", device),
                precision(Precision.FLOAT16, "fp16", device),
                threads(machine),
                memory(machine),
                allocator(),
                libraries(machine),
                arithmetic(device.isGpu() ? List.of() : Arithmetic.correct()),
                data(),
                plots(Fonts.obstacle()),
                jupyter());
    }

    /** Those that need no libtorch, where it cannot be loaded. */
    static List<Finding> withoutLibtorch(NativeCheck libraries) {
        return List.of(libtorch(libraries), cuda(libraries), allocator(), data(), plots(Fonts.obstacle()), jupyter());
    }

    static Finding device(Device device, NativeCheck libraries) {
        boolean advised =
                !libraries.libtorchAdvice().isEmpty() || !libraries.cudaAdvice().isEmpty();
        String advice = device.isGpu()
                ? "recipes run on the GPU; nothing to do"
                : !libraries.driver()
                        ? NOTHING
                        : advised
                                ? "there is an NVIDIA driver, but libtorch does not use it: do what libtorch and cuda say"
                                : "there is an NVIDIA driver, but CUDA finds no GPU: check with nvidia-smi that there is"
                                        + " one, and that CUDA_VISIBLE_DEVICES does not hide it";
        return new Finding("device", LocalMachine.name(device), advice);
    }

    static Finding libtorch(NativeCheck libraries) {
        String advice = String.join("; ", libraries.libtorchAdvice());
        return new Finding(
                "libtorch", libraries.libtorch(), libraries.obstacle().orElse(advice.isEmpty() ? NOTHING : advice));
    }

    static Finding cuda(NativeCheck libraries) {
        String advice = String.join("; ", libraries.cudaAdvice());
        return new Finding("cuda", libraries.cuda(), advice.isEmpty() ? NOTHING : advice);
    }

    private static Finding processor(Machine machine) {
        String flags = machine.flags().isEmpty() ? "instruction sets unknown" : String.join(" ", machine.flags());
        boolean amx = machine.flags().contains("amx_bf16");
        boolean avx = machine.flags().contains("avx512_bf16") || machine.flags().contains("bf16");
        String advice = amx
                ? "AMX multiplies bf16 natively: MixedPrecision(bf16) gives most here"
                : avx
                        ? "it multiplies bf16 natively: MixedPrecision(bf16) is worthwhile here"
                        : "it has no native bf16: methods that save work help, MixedPrecision does not";
        return new Finding("processor", machine.cpu() + ": " + flags, advice);
    }

    private static Finding precision(Precision precision, String name, Device device) {
        double time = PrecisionProbe.relativeTime(device, precision);
        String found = "a matrix product takes " + Figures.ratio(time) + " of its time in fp32";
        String method = "MixedPrecision(" + name + ")";
        String advice = time < CLEARLY_FASTER
                ? "use " + method
                : time <= 1
                        ? method + " gives little here: measure it with 'vivace bench language --methods " + method
                                + "'"
                        : "leave " + method + " out on this device";
        return new Finding(name, found, advice);
    }

    private static Finding threads(Machine machine) {
        String found = machine.threads() + " in libtorch, on " + machine.cores() + " processors";
        String advice = machine.threads() < machine.cores()
                ? "fewer than processors, which is right where two share a core; else set OMP_NUM_THREADS"
                : machine.threads() > machine.cores()
                        ? "more than processors, so they wait for each other: set OMP_NUM_THREADS=" + machine.cores()
                        : NOTHING;
        return new Finding("threads", found, advice);
    }

    private static Finding memory(Machine machine) {
        double gib = machine.memoryBytes() / GIB;
        String advice = gib >= ENOUGH_GIB
                ? "enough for every workload at its default size"
                : "the default sizes need about 6 GiB: make the batch smaller, or use ActivationCheckpointing";
        return new Finding("memory", Figures.gibibytes(machine.memoryBytes()), advice);
    }

    private static Finding allocator() {
        Map<String, String> settings = Allocator.settings();
        return settings.isEmpty()
                ? new Finding(
                        "allocator",
                        "the C library's defaults",
                        "the launcher sets it to keep freed memory, for plain DJL too; start commands with ./vivace")
                : new Finding(
                        "allocator",
                        settings.entrySet().stream().map(Object::toString).collect(Collectors.joining(" ")),
                        "freed memory is kept for the next step, in plain DJL as in recipes");
    }

    private static Finding libraries(Machine machine) {
        String found = "libtorch " + machine.libtorch() + ", DJL " + machine.djl() + ", " + machine.jdk();
        return new Finding("libraries", found, NOTHING);
    }

    static Finding arithmetic(List<Arithmetic.Finding> findings) {
        String wrong = operators(findings, Arithmetic.State.WRONG);
        String cured = operators(findings, Arithmetic.State.CURED);
        if (!wrong.isEmpty()) {
            return new Finding(
                    "arithmetic",
                    "this processor's oneDNN computes wrongly: " + wrong,
                    "'bench' and 'profile' refuse models that use it: give their layers multiples of 16 channels");
        }
        if (!cured.isEmpty()) {
            return new Finding(
                    "arithmetic",
                    "this processor's oneDNN computes wrongly, or not at all, by itself: " + cured,
                    "nothing to do: Vivace corrects it wherever it is in the class path, in plain DJL too");
        }
        return findings.isEmpty()
                ? new Finding("arithmetic", "not checked on a GPU", NOTHING)
                : new Finding("arithmetic", findings.size() + " operators agree with fp64", NOTHING);
    }

    private static String operators(List<Arithmetic.Finding> findings, Arithmetic.State state) {
        return findings.stream()
                .filter(finding -> finding.state() == state)
                .map(Arithmetic.Finding::operator)
                .collect(Collectors.joining(", "));
    }

    private static Finding data() {
        List<DataSet> sets = new DataSetCatalog()
                .all().stream().filter(set -> !set.files().isEmpty()).toList();
        String found = sets.stream()
                .map(set -> set.name() + (set.found().isPresent() ? " is here" : " is not here"))
                .collect(Collectors.joining(", "));
        return new Finding(
                "data",
                found,
                sets.stream()
                        .filter(set -> set.found().isEmpty())
                        .findFirst()
                        .map(set -> "'vivace data fetch " + set.name() + "' fetches it")
                        .orElse(NOTHING));
    }

    static Finding plots(Optional<String> obstacle) {
        return obstacle.map(why -> new Finding("plots", "cannot be drawn", why))
                .orElseGet(() -> new Finding("plots", "fonts are here", NOTHING));
    }

    private static Finding jupyter() {
        Jupyter jupyter = Jupyter.ofThisProcess();
        try {
            return jupyter(jupyter.isHere(), jupyter.isHere() ? jupyter.kernels() : Map.of());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Finding("jupyter", "was not checked because of an interrupt", "run 'vivace doctor' again");
        }
    }

    static Finding jupyter(boolean here, Map<String, InstalledKernel> kernels) {
        String ours = kernels.entrySet().stream()
                .filter(each -> each.getValue().isOurs())
                .map(Map.Entry::getKey)
                .collect(Collectors.joining(", "));
        if (!here) {
            return new Finding(
                    "jupyter",
                    "not on the path",
                    "install the system's packages jupyter-notebook and jupyter-nbconvert to open the notebooks");
        }
        return ours.isEmpty()
                ? new Finding(
                        "jupyter",
                        "without this checkout's Java kernel",
                        "'vivace notebook install' registers it, 'vivace notebook open' does so too")
                : new Finding("jupyter", "with the Java kernel " + ours, "'vivace notebook open' opens the notebooks");
    }
}
