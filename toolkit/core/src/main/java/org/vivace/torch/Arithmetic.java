package org.vivace.torch;

import ai.djl.nn.Block;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks whether this machine computes the operators of trainings correctly, and installs workarounds if it does not.
 *
 * <p>oneDNN, which libtorch uses on CPUs, computes convolutions and LSTMs wrongly on some processors, in stock DJL too:
 * the error is not rounding but a tenth or more, or the result is NaN. {@link #correct()} detects this by comparing
 * operators with themselves in fp64. From then on DJL's calls are computed correctly in this process, also for stock
 * DJL's trainers and predictors. The first check on a machine takes some seconds; its result is kept in a file for each
 * processor, libtorch and setting. If nothing is wrong, nothing is changed. One fault exists on every machine, the
 * memory of arrays made from numbers in Java; it is corrected on all systems but Windows. DJL's engine starts with this
 * check if Vivace is on the class path ({@link RightPyTorch}). If something else creates the engine, call it once,
 * before the first model:
 *
 * <pre>{@code
 * Arithmetic.correct();
 * }</pre>
 */
public final class Arithmetic {

    private static @Nullable List<Finding> known;

    private Arithmetic() {}

    /** How this machine computes an operator. */
    public enum State {
        RIGHT,
        /** Wrong or missing in stock DJL, and right after {@link #correct}. */
        CURED,
        WRONG
    }

    /**
     * The result of checking an operator.
     *
     * @param operator with its precision, {@code convolution in fp32}
     * @param error relative Euclidean error against fp64 of the worst of its results, without the workaround; infinite
     *     if a result is NaN or missing
     * @param cured the error with the workaround; the same number if there is none
     * @param tolerance largest error that counts as right
     */
    public record Finding(String operator, double error, double cured, double tolerance) {

        public State state() {
            return error <= tolerance ? State.RIGHT : cured <= tolerance ? State.CURED : State.WRONG;
        }
    }

    /**
     * Checks how this machine's CPU computes operators, unless that is known, and installs the workarounds that exist.
     *
     * @return one finding per operator
     */
    public static synchronized List<Finding> correct() {
        if (known == null) {
            ArithmeticProbes.load();
            OwnedMemory.install();
            if (!LibTorch.reachable()) {
                known = Threads.one(() -> measured(ArithmeticProbes.all(), Map.of()));
            } else {
                Nnpack.offWhereUnsupported();
                Map<String, Runnable> cures = cures();
                Optional<List<Finding>> kept = KeptArithmetic.read();
                kept.ifPresent(findings -> findings.stream()
                        .filter(finding -> finding.state() != State.RIGHT)
                        .forEach(finding -> cure(cures, finding.operator()).ifPresent(Runnable::run)));
                known = kept.orElseGet(
                        () -> KeptArithmetic.write(Threads.one(() -> measured(ArithmeticProbes.all(), cures))));
            }
        }
        return known;
    }

    /**
     * What this model computes wrongly on the CPU even after {@link #correct}, one sentence each; empty if all is
     * right. Its convolutions are compared with fp64 at their own shapes.
     *
     * @param precisions that it runs in
     */
    public static List<String> faults(Block model, Set<Precision> precisions) {
        return ModelArithmetic.faults(model, precisions, correct());
    }

    /** @throws IllegalStateException if {@link #faults} has any; times and losses of such a model mean nothing */
    public static void requireRight(Block model, Set<Precision> precisions) {
        refuse(faults(model, precisions));
    }

    static void refuse(List<String> faults) {
        if (!faults.isEmpty()) {
            throw new IllegalStateException("expected arithmetic that is right, found that this machine computes "
                    + String.join(", and ", faults)
                    + ": change the number of channels or units to a multiple of " + ConvolutionCure.BLOCK
                    + ", or measure on another machine");
        }
    }

    /** @param cures prefixes of operators' names, and the workarounds for these operators */
    static List<Finding> measured(List<ArithmeticProbes.Probe> probes, Map<String, Runnable> cures) {
        double[] before =
                probes.stream().mapToDouble(ArithmeticProbes.Probe::worst).toArray();
        List<Runnable> done = new ArrayList<>();
        List<Finding> findings = new ArrayList<>();
        for (int i = 0; i < before.length; i++) {
            ArithmeticProbes.Probe probe = probes.get(i);
            double after = before[i];
            if (!(before[i] <= probe.tolerance())) {
                Optional<Runnable> cure = cure(cures, probe.operator());
                if (cure.isPresent()) {
                    if (!done.contains(cure.get())) {
                        cure.get().run();
                        done.add(cure.get());
                    }
                    after = probe.worst();
                }
            }
            findings.add(new Finding(probe.operator(), before[i], after, probe.tolerance()));
        }
        return List.copyOf(findings);
    }

    private static Optional<Runnable> cure(Map<String, Runnable> cures, String operator) {
        return cures.entrySet().stream()
                .filter(cure -> operator.startsWith(cure.getKey()))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    private static Map<String, Runnable> cures() {
        Map<String, Runnable> cures = new LinkedHashMap<>();
        cures.put("convolution", ConvolutionCure::install);
        cures.put("LSTM", LstmCure::install);
        return cures;
    }
}
