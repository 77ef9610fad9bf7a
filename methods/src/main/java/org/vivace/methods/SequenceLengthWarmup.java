package org.vivace.methods;

import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.vivace.train.Effect;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.Equivalence;
import org.vivace.train.Hooks;
import org.vivace.train.Kind;
import org.vivace.train.Phase;
import org.vivace.train.Run;
import org.vivace.train.Sample;
import org.vivace.train.Traits;

/**
 * Short sequences first: data and labels (batch, time, …) are cut to a length that grows linearly from a minimum to the
 * batch's own over the first part of the run. A short sequence costs less, with attention even less than in proportion,
 * and early in training short sequences are enough (<a href="https://arxiv.org/abs/2108.06084">Li et al. 2022</a>).
 *
 * <p>With d the share of the warm-up that is done, the length is min + d·(max − min), rounded down to a multiple of the
 * step size but at least min, and exactly max from d = 1 on. Use it for language models and others that learn from
 * every position; not if the label belongs to the whole sequence and its end matters, nor if the model fixes the
 * length.
 *
 * @param span how long the warm-up lasts
 * @param minLength the first length, &ge; 1; shorter sequences keep their own
 * @param stepSize lengths in between are multiples of it, &ge; 1
 * @param mode what happens to the positions beyond the length
 */
public record SequenceLengthWarmup(Span span, int minLength, int stepSize, Mode mode) implements EfficiencyMethod {

    /** How long the warm-up lasts. */
    public sealed interface Span {

        /** A share of a run whose length is known, in (0, 1]. */
        record Share(double share) implements Span {
            public Share {
                if (!(share > 0 && share <= 1)) {
                    throw new IllegalArgumentException(
                            "SequenceLengthWarmup: expected a share of the run in (0, 1], got " + share
                                    + ": omit the method for none");
                }
            }

            @Override
            public String toString() {
                return Double.toString(share);
            }
        }

        /** A number of steps, &ge; 1. */
        record Steps(long steps) implements Span {
            public Steps {
                requirePositive("number of steps", steps);
            }

            @Override
            public String toString() {
                return steps + " steps";
            }
        }
    }

    /** What happens to the positions beyond the length. */
    public enum Mode {
        /** They are discarded. */
        TRUNCATE,
        /** They become separate sequences, so the batch grows; only a remainder that does not fill one is discarded. */
        SEGMENT
    }

    /** A number of consecutive steps with the same length. */
    public record Stage(long length, long steps) {}

    public SequenceLengthWarmup {
        requirePositive("minimum length", minLength);
        requirePositive("step size", stepSize);
    }

    /** Over the first 0.3 of the run from length 8 in steps of 8, truncating: Composer's defaults. */
    public SequenceLengthWarmup() {
        this(0.3, 8, 8, Mode.TRUNCATE);
    }

    /** @param share of the run, in (0, 1] */
    public SequenceLengthWarmup(double share, int minLength, int stepSize, Mode mode) {
        this(new Span.Share(share), minLength, stepSize, mode);
    }

    /** Over the first {@code share} of the run, in (0, 1]; other settings have their defaults. */
    public static SequenceLengthWarmup over(double share) {
        return new SequenceLengthWarmup(share, 8, 8, Mode.TRUNCATE);
    }

    /** Over the first steps of a run whose length need not be known; other settings have their defaults. */
    public static SequenceLengthWarmup steps(long steps) {
        return new SequenceLengthWarmup(new Span.Steps(steps), 8, 8, Mode.TRUNCATE);
    }

    private static void requirePositive(String what, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(
                    "SequenceLengthWarmup: expected a " + what + " of at least 1, got " + value);
        }
    }

    @Override
    public Traits traits() {
        return Traits.of(Kind.SCHEDULE, Equivalence.CHANGES_TRAINING).provides(Traits.CHANGED_LABELS);
    }

    @Override
    public List<Effect> effects() {
        return List.of(new Effect.SmallerInputs((step, steps, full, first) -> {
            if (first.dimension() < 2 || full.dimension() < 2 || full.get(1) != first.get(1)) {
                return full;
            }
            long time = full.get(1);
            long length = lengthAt(done(step, (double) step / steps), time);
            long batch = mode == Mode.TRUNCATE ? full.get(0) : full.get(0) * (time / length);
            return new Shape(batch, length).addAll(full.slice(2));
        }));
    }

    /** The span, and the settings that differ from the default. */
    @Override
    public String label() {
        return name() + "(" + span
                + (minLength == 8 ? "" : ", min " + minLength)
                + (stepSize == 8 ? "" : ", step " + stepSize)
                + (mode == Mode.TRUNCATE ? "" : ", " + mode.name().toLowerCase(Locale.ROOT))
                + ")";
    }

    /**
     * The length at one moment.
     *
     * @param done the share of the warm-up that is done, from 0; anything from 1 on is after it
     * @param max the sequence's own length
     */
    public long lengthAt(double done, long max) {
        if (done >= 1 || max <= minLength) {
            return max;
        }
        // A share such as 0.1 / 0.3 may be too small by a rounding error.
        long linear = (long) (minLength + done * (max - minLength) + 1e-9);
        return Math.max(minLength, linear - linear % stepSize);
    }

    /** All lengths of a run of {@code steps} steps on sequences of length {@code max}, in their order. */
    public List<Stage> stages(long max, long steps) {
        List<Stage> stages = new ArrayList<>();
        long first = 0;
        for (long step = 1; step <= steps; step++) {
            long before = lengthAt(done(step - 1, (step - 1.0) / steps), max);
            if (step == steps || lengthAt(done(step, (double) step / steps), max) != before) {
                stages.add(new Stage(before, step - first));
                first = step;
            }
        }
        return stages;
    }

    private double done(long step, double progress) {
        return span instanceof Span.Share share
                ? progress / share.share()
                : (double) step / ((Span.Steps) span).steps();
    }

    /**
     * Keeps the first {@code length} positions of every array that has the time axis of the first data array; others,
     * such as one label per sequence, are not changed.
     *
     * @param sample data (batch, time, …), labels (batch, time, …) or (batch, …)
     * @param length at least 1 and at most the sequences' own
     * @return views on the managers of the given arrays
     */
    public static Sample truncate(Sample sample, long length) {
        return Sequences.of(sample).truncate(length);
    }

    /**
     * Cuts each sequence into pieces of {@code length} positions: (batch, time, …) to (batch · ⌊time / length⌋, length,
     * …), with the pieces of a sequence consecutive. A remainder that does not fill a piece is discarded.
     *
     * @param sample data and labels (batch, time, …)
     * @param length at least 1 and at most the sequences' own
     * @throws IllegalArgumentException if an array has no time axis, since its rows could not be divided
     */
    public static Sample segment(Sample sample, long length) {
        return Sequences.of(sample).segment(length);
    }

    /** @throws IllegalArgumentException if the span does not fit the run */
    @Override
    public Hooks attach(Run run) {
        OptionalLong length = run.settings().steps();
        if (span instanceof Span.Share && !run.hasLength()) {
            throw new IllegalArgumentException("SequenceLengthWarmup: expected a run of known length for a share of it,"
                    + " got one without: give RunSettings.steps(n), or use SequenceLengthWarmup.steps(n)");
        }
        if (span instanceof Span.Steps steps && length.isPresent() && steps.steps() > length.getAsLong()) {
            throw new IllegalArgumentException("SequenceLengthWarmup: expected a warm-up within the run's "
                    + length.getAsLong() + " steps, got " + steps.steps() + ": shorten it, or use"
                    + " SequenceLengthWarmup.over(share)");
        }
        return new Warmup();
    }

    private final class Warmup implements Hooks {

        private boolean noted;

        @Override
        public List<Phase> phases(Run run) {
            return List.of(
                    new Phase("the shortest sequences", 0, 0),
                    full(run.settings().steps()));
        }

        private Phase full(OptionalLong steps) {
            String name = "the sequences' full length";
            if (span instanceof Span.Share share) {
                long step = steps.isPresent() ? (long) Math.ceil(share.share() * steps.getAsLong()) : 0;
                return new Phase(name, step, share.share());
            }
            long step = ((Span.Steps) span).steps();
            return new Phase(name, step, steps.isPresent() ? (double) step / steps.getAsLong() : 0);
        }

        @Override
        public Sample onBatch(Run run, Sample sample) {
            Sequences sequences = Sequences.of(sample);
            long max = sequences.time();
            double progress = span instanceof Span.Share ? run.progress() : 0;
            long length = lengthAt(done(run.step(), progress), max);
            if (max <= minLength && !noted) {
                noted = true;
                run.note("SequenceLengthWarmup: sequences of length " + max + " are not longer than the minimum length "
                        + minLength + ", so none is cut");
            }
            if (length == max) {
                return sample;
            }
            return mode == Mode.TRUNCATE ? sequences.truncate(length) : sequences.segment(length);
        }
    }
}
