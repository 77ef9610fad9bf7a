package org.vivace.torch;

import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.SymbolBlock;
import ai.djl.nn.convolutional.Convolution;
import ai.djl.nn.recurrent.RecurrentBlock;
import ai.djl.util.Pair;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.vivace.torch.Arithmetic.Finding;
import org.vivace.torch.Arithmetic.State;
import org.vivace.torch.ArithmeticProbes.Convolved;

/** What a machine computes wrongly in one model. */
final class ModelArithmetic {

    /** Cached, since each training checks its model's convolutions. */
    private static final Map<String, Double> KNOWN = new ConcurrentHashMap<>();

    private ModelArithmetic() {}

    /** @param found the findings about this machine's operators */
    static List<String> faults(Block model, Set<Precision> precisions, List<Finding> found) {
        List<String> faults = new ArrayList<>();
        List<Finding> wrong =
                found.stream().filter(each -> each.state() == State.WRONG).toList();
        boolean convolutionsRight = found.stream()
                .filter(each -> each.operator().startsWith("convolution"))
                .allMatch(each -> each.state() == State.RIGHT);
        Map<String, Convolved> convolutions = new LinkedHashMap<>();
        List<Block> blocks = new ArrayList<>();
        collect(model, blocks);
        for (Block block : blocks) {
            if (block instanceof Convolution convolution) {
                shape(convolution)
                        .filter(shape -> !ConvolutionCure.Plan.fillsBlocks(
                                shape.inputs() / shape.groups(), shape.outputs() / shape.groups()))
                        .ifPresent(shape -> convolutions.putIfAbsent(name(shape), shape));
            } else if (block instanceof SymbolBlock && !convolutionsRight) {
                faults.addAll(inTorchScript(block));
            }
        }
        if (!convolutionsRight) {
            convolutions.forEach((name, shape) -> precisions.forEach(precision -> {
                double error =
                        KNOWN.computeIfAbsent(name + precision, key -> ArithmeticProbes.convolution(shape, precision));
                if (!(error <= ArithmeticProbes.tolerance(precision))) {
                    faults.add(name + " in " + precision + " wrongly, " + by(error));
                }
            }));
        }
        for (Finding finding : wrong) {
            boolean requested =
                    precisions.stream().anyMatch(precision -> finding.operator().endsWith(precision.toString()));
            if (requested && has(blocks, finding.operator())) {
                faults.add(finding.operator() + " wrongly, " + by(finding.cured()));
            }
        }
        return faults;
    }

    private static String by(double error) {
        return Double.isInfinite(error) || Double.isNaN(error)
                ? "with results that are not numbers"
                : String.format(Locale.ROOT, "by %.1e of its size", error);
    }

    /** Matrix products and norms are in every model; other operators depend on its blocks. */
    private static boolean has(List<Block> blocks, String operator) {
        if (operator.startsWith("convolution")) {
            return false; // compared with fp64 shape by shape
        }
        for (String recurrent : List.of("LSTM", "GRU", "RNN")) {
            if (operator.startsWith(recurrent)) {
                return blocks.stream()
                        .anyMatch(block -> block instanceof RecurrentBlock
                                && block.getClass().getSimpleName().equals(recurrent));
            }
        }
        return true;
    }

    private static void collect(Block block, List<Block> blocks) {
        blocks.add(block);
        block.getChildren().values().forEach(child -> collect(child, blocks));
    }

    private static Optional<Convolved> shape(Convolution convolution) {
        Parameter weight = convolution.getDirectParameters().get("weight");
        if (weight == null || !weight.isInitialized()) {
            return Optional.empty();
        }
        long[] shape = weight.getArray().getShape().getShape();
        int groups = convolution.getGroups();
        long[] kernel = Arrays.copyOfRange(shape, 2, shape.length);
        return Optional.of(new Convolved(
                shape[1] * groups,
                shape[0],
                kernel,
                groups,
                convolution.getStride().get(0)));
    }

    private static String name(Convolved shape) {
        return "a convolution of " + shape.inputs() + " to " + shape.outputs() + " channels, kernel "
                + Arrays.toString(shape.kernel())
                + (shape.groups() > 1 ? ", in " + shape.groups() + " groups" : "")
                + (shape.stride() > 1 ? ", stride " + shape.stride() : "");
    }

    /** TorchScript calls oneDNN without DJL, so the workarounds do not apply. */
    private static List<String> inTorchScript(Block block) {
        List<String> faults = new ArrayList<>();
        for (Pair<String, Parameter> parameter : block.getParameters()) {
            long[] shape = parameter.getValue().isInitialized()
                    ? parameter.getValue().getArray().getShape().getShape()
                    : new long[0];
            if (shape.length == 4 && (shape[0] % ConvolutionCure.BLOCK != 0 || shape[1] % ConvolutionCure.BLOCK != 0)) {
                faults.add("convolutions like that of the TorchScript block's " + parameter.getKey()
                        + ", whose channels are not a multiple of " + ConvolutionCure.BLOCK + ", wrongly");
            }
        }
        return faults;
    }
}
