package org.vivace.methods;

import ai.djl.Device;
import ai.djl.ndarray.NDList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.vivace.torch.Autocast;
import org.vivace.torch.Cast;
import org.vivace.torch.Precision;
import org.vivace.torch.PrecisionProbe;
import org.vivace.train.Effect;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.Equivalence;
import org.vivace.train.Hook;
import org.vivace.train.Hooks;
import org.vivace.train.Kind;
import org.vivace.train.Pass;
import org.vivace.train.Run;
import org.vivace.train.Traits;

/**
 * Matrix products and convolutions in bf16 or fp16, and everything that needs range or small differences in fp32: the
 * loss, the weights, the gradients of the weights and the optimizer (<a
 * href="https://arxiv.org/abs/1710.03740">Micikevicius et al. 2018</a>; <a
 * href="https://arxiv.org/abs/1905.12322">Kalamkar et al. 2019</a> for bf16).
 *
 * <p>bf16 has fp32's range and needs nothing else. fp16 has more digits and little range: the gradients are scaled up
 * where they enter the model's backward pass and down where they leave it. The factor grows while they stay finite;
 * otherwise it is reduced and the step is skipped. The factor is not visible outside of the model.
 *
 * <p>Use it if the device multiplies low precision natively (CPUs with AMX or AVX512-BF16, GPUs with tensor cores). On
 * other devices the run's log reports how much slower it is.
 *
 * @param precision {@code BFLOAT16} or {@code FLOAT16}
 * @param lossScale how the loss is scaled; empty for bf16
 */
public record MixedPrecision(Precision precision, Optional<LossScale> lossScale) implements EfficiencyMethod {

    /**
     * Dynamic loss scaling.
     *
     * @param initial the first scale, &gt; 0; the scale never falls below the smaller of it and 1
     * @param growth factor after {@code interval} consecutive finite steps, &gt; 1
     * @param backoff factor after a step that was not finite, in (0, 1)
     * @param interval &ge; 1
     */
    public record LossScale(double initial, double growth, double backoff, int interval) {

        public LossScale {
            require(
                    (float) initial >= Float.MIN_NORMAL && Double.isFinite((float) initial),
                    "initial loss scale > 0",
                    initial);
            require(growth > 1 && Double.isFinite(growth), "growth > 1", growth);
            require(backoff > 0 && backoff < 1, "backoff in (0, 1)", backoff);
            require(interval >= 1, "interval >= 1", interval);
        }

        /** Below this scale, gradients that are not finite have another cause than fp16's range. */
        double smallest() {
            return Math.min(1, initial);
        }

        /** PyTorch's defaults: 65536, doubled after 2000 finite steps, halved after one that is not. */
        public LossScale() {
            this(65536, 2, 0.5, 2000);
        }

        @Override
        public String toString() {
            return "loss scale " + initial + ", growth " + growth + ", backoff " + backoff + ", interval " + interval;
        }

        private static void require(boolean holds, String expected, Number got) {
            if (!holds) {
                throw new IllegalArgumentException("MixedPrecision: expected " + expected + ", got " + got);
            }
        }
    }

    public MixedPrecision {
        if (precision == Precision.FLOAT32) {
            throw new IllegalArgumentException(
                    "MixedPrecision: expected bf16 or fp16, got fp32: omit the method for a run in fp32");
        }
        if (precision == Precision.BFLOAT16 && lossScale.isPresent()) {
            throw new IllegalArgumentException(
                    "MixedPrecision: expected no loss scaling with bf16, which has fp32's range, got " + lossScale.get()
                            + ": use MixedPrecision.bf16()");
        }
        if (precision == Precision.FLOAT16 && lossScale.isEmpty()) {
            throw new IllegalArgumentException(
                    "MixedPrecision: expected a loss scale with fp16, got none: use MixedPrecision.fp16()");
        }
    }

    /** In bf16. */
    public MixedPrecision() {
        this(Precision.BFLOAT16, Optional.empty());
    }

    public static MixedPrecision bf16() {
        return new MixedPrecision();
    }

    /** With PyTorch's default loss scaling. */
    public static MixedPrecision fp16() {
        return fp16(new LossScale());
    }

    public static MixedPrecision fp16(LossScale scale) {
        return new MixedPrecision(Precision.FLOAT16, Optional.of(scale));
    }

    @Override
    public String label() {
        return lossScale
                .filter(scale -> !scale.equals(new LossScale()))
                .map(scale -> name() + "(" + precision + ", " + scale + ")")
                .orElse(name() + "(" + precision + ")");
    }

    @Override
    public Traits traits() {
        return Traits.of(Kind.PRECISION, Equivalence.WITHIN_TOLERANCE)
                .provides("autocast")
                // Checks the gradients before other methods change them.
                .before(Hook.GRADIENTS, Traits.ALL);
    }

    /**
     * Runs a forward pass with matrix products in {@code precision}.
     *
     * @return its outputs, cast to fp32 with gradients flowing through
     */
    public static NDList autocast(Device device, Precision precision, Supplier<NDList> forward) {
        try (Autocast scope = Autocast.enter(device, precision)) {
            return Cast.toFloat32(forward.get());
        }
    }

    /** @param relativeTime the result of {@link PrecisionProbe#relativeTime} */
    static Optional<String> advice(Precision precision, double relativeTime) {
        if (relativeTime <= 1) {
            return Optional.empty();
        }
        return Optional.of(String.format(
                Locale.ROOT,
                "MixedPrecision: %s is not native to this device, whose matrix products in %s take %.1f times as long as"
                        + " in fp32: expect slower steps",
                precision,
                precision,
                relativeTime));
    }

    @Override
    public List<Effect> effects() {
        return List.of(new Effect.LowPrecision(precision));
    }

    @Override
    public Hooks attach(Run run) {
        return lossScale
                .<Hooks>map(scale -> new ScaledPrecision(scale, run))
                .orElseGet(() -> new LowPrecision(precision));
    }

    /** Forward passes in autocast, and a note if that is slow on the device. */
    static class LowPrecision implements Hooks {

        private final Precision precision;

        LowPrecision(Precision precision) {
            this.precision = precision;
        }

        @Override
        public void onStart(Run run) {
            advice(precision, PrecisionProbe.relativeTime(run.device(), precision))
                    .ifPresent(run::note);
        }

        @Override
        public NDList aroundForward(Run run, Pass pass, Supplier<NDList> forward) {
            return autocast(run.device(), precision, forward);
        }
    }
}
