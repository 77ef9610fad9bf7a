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
 * Whether this machine computes the operators of trainings correctly, and workarounds where it does not.
 *
 * <p>oneDNN, which libtorch computes with on CPUs, has convolutions and LSTMs wrong on some processors, in stock DJL: not
 * by rounding but by a tenth and more, or as NaN. {@link #correct()} finds that out by holding operators against
 * themselves in fp64, and from then on has DJL's calls computed correctly, in this process, for stock DJL's
 * trainers and predictors as for everything else. It takes some seconds the first time on a machine and is remembered
 * in a file for each processor, libtorch and setting; where nothing is wrong, nothing is changed. What is wrong on every
 * machine, the memory of arrays made from numbers in Java, is mended on each but Windows. DJL's engine begins
 * with it wherever Vivace is in the class path ({@link RightPyTorch}). Where something else makes the engine, call it once,
 * before the first model:
 *
 * <pre>{@code
 * Arithmetic.correct();
 * }</pre>
 */
public final class Arithmetic {

    private static @Nullable List<Finding> known;

    private Arithmetic() {}

    /** How an operator computes here. */
    public enum State {
        RIGHT,
        /** Wrong by itself, or not there at all, and right as it is done after {@link #correct}. */
        CURED,
        WRONG
    }

    /**
     * What was found about an operator.
     *
     * @param operator with its precision, {@code convolution in fp32}
     * @param error relative Euclidean error against fp64 of the worst of its results, as the machine does it by itself;
     *     infinite where a result is NaN or there is none
     * @param cured the same as it is done after the cure; the same number where there was none
     * @param tolerance up to which it is right
     */
    public record Finding(String operator, double error, double cured, double tolerance) {

        public State state() {
            return error <= tolerance ? State.RIGHT : cured <= tolerance ? State.CURED : State.WRONG;
        }
    }

    /**
     * Finds out how operators compute on this machine's CPU, unless that is known, and cures what can be cured.
     *
     * @return what was found, an operator each
     */
    public static synchronized List<Finding> correct() {
        if (known == null) {
            ArithmeticProbes.load();
            OwnedMemory.install();
            if (!LibTorch.reachable()) {
                known = Threads.one(() -> measured(ArithmeticProbes.all(), Map.of()));
            } else {
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
     * What this model computes wrongly on the CPU although {@link #correct} was called, a sentence each; empty where it
     * is right. Its convolutions are held against fp64 at their own shapes.
     *
     * @param precisions that it is run in
     */
    public static List<String> faults(Block model, Set<Precision> precisions) {
        return ModelArithmetic.faults(model, precisions, correct());
    }

    /** @throws IllegalStateException where {@link #faults} has any; times and losses of such a model mean nothing */
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

    /** @param cures the beginnings of operators' names, and what cures these operators */
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
