package org.vivace.profile;

import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.vivace.measure.Figures;
import org.vivace.torch.MemoryFormat;
import org.vivace.torch.Precision;
import org.vivace.trace.Operator;
import org.vivace.trace.OperatorKind;
import org.vivace.trace.StepPhase;
import org.vivace.train.Effect;

/**
 * The gain that a method's {@link Effect} promises on a step that was profiled: the operators it changes, at their
 * measured times, scaled by what the machine's calibration says of the new way against the old.
 */
final class PredictedGain {

    /** Operators that take the precision of what they are given under autocast, and so move half the bytes. */
    private static final Set<String> FOLLOW_PRECISION = Set.of(
            "relu",
            "gelu",
            "silu",
            "tanh",
            "sigmoid",
            "leaky_relu",
            "threshold_backward",
            "gelu_backward",
            "silu_backward",
            "tanh_backward",
            "sigmoid_backward",
            "max_pool2d_with_indices",
            "max_pool2d_with_indices_backward",
            "native_batch_norm",
            "native_batch_norm_backward");

    private static final int PARTS_OF_A_RUN = 100;

    private final StepWork work;
    private final StepFacts facts;

    PredictedGain(StepWork work, StepFacts facts) {
        this.work = work;
        this.facts = facts;
    }

    /** How many times as fast the step should be; nothing where no effect is known. */
    Optional<Remedy> of(String method, List<Effect> effects) {
        List<Effect> known = effects.stream()
                .filter(effect -> !(effect instanceof Effect.ReplacedBlocks))
                .toList();
        if (known.isEmpty() || known.stream().anyMatch(Effect.Undeclared.class::isInstance)) {
            return Optional.empty();
        }
        double saved = known.stream().mapToDouble(this::savedMillis).sum();
        if (saved >= work.stepMillis()) {
            return Optional.empty();
        }
        String why = known.stream().map(this::why).distinct().collect(Collectors.joining(" and "));
        return Optional.of(new Remedy(method, work.stepMillis() / (work.stepMillis() - saved), why));
    }

    private double savedMillis(Effect effect) {
        if (effect instanceof Effect.LowPrecision low) {
            return lowPrecision(low.precision());
        }
        if (effect instanceof Effect.ImageLayout) {
            return channelsLast();
        }
        if (effect instanceof Effect.FusedUpdate) {
            return Math.max(0, work.millis(StepPhase.OPTIMIZER) - onePassMillis());
        }
        if (effect instanceof Effect.TiledAttention) {
            return attentionWeights();
        }
        if (effect instanceof Effect.LowPrecisionNorms) {
            return work.roofs().precision() == Precision.FLOAT32
                    ? 0
                    : work.working(each -> plain(each).startsWith("native_layer_norm")) / 2;
        }
        if (effect instanceof Effect.SmallerInputs smaller) {
            return work.passesMillis() * (1 - meanShare(smaller));
        }
        return 0;
    }

    private double lowPrecision(Precision precision) {
        Roofs roofs = work.roofs();
        if (roofs.precision() != Precision.FLOAT32) {
            return 0;
        }
        double products = 0;
        for (OperatorKind kind : OperatorKind.values()) {
            if (Roofs.isProduct(kind)) {
                double ratio = roofs.peak(kind) / roofs.peak(kind, precision, roofs.layout());
                products += work.working(each -> each.kind() == kind) * (1 - ratio);
            }
        }
        double following = work.working(each -> FOLLOW_PRECISION.contains(plain(each))) / 2;
        // Each step casts the weights: four bytes read, two written, and two read and four written for the gradient.
        double casts = 3.0 * facts.parameterBytes() / roofs.machine().gigabytesPerSecond() / 1e6;
        return products + following - casts;
    }

    private double channelsLast() {
        Roofs roofs = work.roofs();
        if (roofs.layout() == MemoryFormat.CHANNELS_LAST) {
            return 0;
        }
        double ratio = roofs.peak(OperatorKind.CONVOLUTION)
                / roofs.peak(OperatorKind.CONVOLUTION, roofs.precision(), MemoryFormat.CHANNELS_LAST);
        return work.working(each -> each.kind() == OperatorKind.CONVOLUTION) * (1 - ratio);
    }

    /** Weight and state are read and written, the gradient is read and zeroed. */
    double onePassMillis() {
        return (4.0 * facts.parameterBytes() + 2.0 * facts.optimizerBytes())
                / work.roofs().machine().gigabytesPerSecond()
                / 1e6;
    }

    /**
     * What operators take that work on arrays as large as a softmax's own of four axes, (batch, heads, length, length),
     * and multiply nothing; the fused kernel keeps these in the cache.
     */
    private double attentionWeights() {
        long weights = work.operators().stream()
                .filter(each -> plain(each).equals("_softmax") && largestAxes(each) == 4)
                .mapToLong(Operator::elements)
                .max()
                .orElse(Long.MAX_VALUE);
        return work.working(
                each -> !Roofs.isProduct(each.kind()) && each.elements() >= weights && largestAxes(each) >= 3);
    }

    /** Of the elements of a batch, on the mean over a run; methods that shrink inputs are meant for texts and images. */
    private double meanShare(Effect.SmallerInputs smaller) {
        Shape whole = facts.input();
        if (!facts.sequences() && whole.dimension() != 4) {
            return 1;
        }
        return IntStream.range(0, PARTS_OF_A_RUN)
                        .mapToLong(part -> smaller.shapeAt()
                                .of(part, PARTS_OF_A_RUN, whole, whole)
                                .size())
                        .average()
                        .orElseThrow()
                / whole.size();
    }

    private String why(Effect effect) {
        if (effect instanceof Effect.LowPrecision low) {
            return "since this machine multiplies matrices "
                    + Figures.times(
                            work.roofs().peak(OperatorKind.MATRIX_PRODUCT, low.precision(), MemoryFormat.CONTIGUOUS)
                                    / work.roofs().peak(OperatorKind.MATRIX_PRODUCT))
                    + " as fast in " + low.precision();
        }
        if (effect instanceof Effect.ImageLayout) {
            return "since convolutions run "
                    + Figures.times(work.roofs()
                                    .peak(
                                            OperatorKind.CONVOLUTION,
                                            work.roofs().precision(),
                                            MemoryFormat.CHANNELS_LAST)
                            / work.roofs().peak(OperatorKind.CONVOLUTION))
                    + " as fast in that layout here";
        }
        if (effect instanceof Effect.FusedUpdate) {
            return "since one pass over parameters, gradients and state takes " + Figures.millis(onePassMillis())
                    + " at this" + " machine's bandwidth, and the update takes "
                    + Figures.millis(work.millis(StepPhase.OPTIMIZER));
        }
        if (effect instanceof Effect.TiledAttention) {
            return "since attention's weights then never reach memory";
        }
        if (effect instanceof Effect.LowPrecisionNorms) {
            return "since layer norms then move half the bytes";
        }
        return "on the mean over a run, whose first steps then see less";
    }

    private static String plain(Operator operator) {
        String name = operator.name();
        return name.substring(name.indexOf(':') < 0 ? 0 : name.lastIndexOf(':') + 1);
    }

    private static int largestAxes(Operator operator) {
        return operator.event().shapes().stream().mapToInt(List::size).max().orElse(0);
    }
}
