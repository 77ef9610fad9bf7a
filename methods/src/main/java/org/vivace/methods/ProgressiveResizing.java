package org.vivace.methods;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.util.RandomUtils;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import org.vivace.torch.Images;
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
 * Small images first: data (batch, channels, height, width) is scaled to a share of its sides. The share keeps an
 * initial value for the first part of the run, then grows linearly to 1, and is 1 for the last part. The cost of a
 * convolution is proportional to the square of the side, and early in training small images are enough (<a
 * href="https://github.com/fastai/fastbook/blob/master/07_sizing_and_tta.ipynb">Howard &amp; Gugger 2020</a>, <a
 * href="https://arxiv.org/abs/2104.00298">Tan &amp; Le 2021</a>, section 4).
 *
 * <p>Use it for networks that take images of varying size, such as those that end in a global pool. Labels are not
 * changed, so it does not suit labels that are positions in the image.
 *
 * @param initialScale the first share of each side, in (0, 1]
 * @param delay share of the run that keeps the initial scale, in [0, 1]
 * @param finetune last share of the run, which uses whole images, in [0, 1]; with {@code delay} at most 1
 * @param sizeIncrement smaller sides are multiples of it, &ge; 1
 * @param mode how an image is made smaller
 */
public record ProgressiveResizing(double initialScale, double delay, double finetune, int sizeIncrement, Mode mode)
        implements EfficiencyMethod {

    /** How an image is made smaller. */
    public enum Mode {
        /** By interpolation with antialiasing ({@link Images#resize}). */
        RESIZE,
        /** By a crop, at a random place for each batch. */
        CROP
    }

    public ProgressiveResizing {
        if (!(initialScale > 0 && initialScale <= 1)) {
            throw new IllegalArgumentException(
                    "ProgressiveResizing: expected an initial scale in (0, 1], got " + initialScale);
        }
        requireShare("delay", delay);
        requireShare("finetune", finetune);
        if (delay + finetune > 1) {
            throw new IllegalArgumentException("ProgressiveResizing: expected delay and finetune to be at most 1 of the"
                    + " run together, got " + delay + " and " + finetune + ": shorten one of them");
        }
        if (sizeIncrement < 1) {
            throw new IllegalArgumentException(
                    "ProgressiveResizing: expected a size increment of at least 1, got " + sizeIncrement);
        }
    }

    /** Half the side for half of the run, whole images for the last 0.2, sides in steps of 4: Composer's defaults. */
    public ProgressiveResizing() {
        this(0.5, 0.5, 0.2);
    }

    /** By interpolation, sides in steps of 4. */
    public ProgressiveResizing(double initialScale, double delay, double finetune) {
        this(initialScale, delay, finetune, 4, Mode.RESIZE);
    }

    private static void requireShare(String what, double share) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException(
                    "ProgressiveResizing: expected " + what + " to be a share of the run in [0, 1], got " + share);
        }
    }

    @Override
    public Traits traits() {
        return Traits.of(Kind.SCHEDULE, Equivalence.CHANGES_TRAINING);
    }

    @Override
    public List<Effect> effects() {
        return List.of(new Effect.SmallerInputs((step, steps, full, first) -> {
            boolean image = full.dimension() == 4 && full.slice(2).equals(first.slice(2));
            double progress = (double) step / steps;
            return image
                    ? full.slice(0, 2).add(sideAt(progress, full.get(2))).add(sideAt(progress, full.get(3)))
                    : full;
        }));
    }

    /** The three shares, and the other settings if they differ from the default. */
    @Override
    public String label() {
        return name() + "(" + initialScale + ", " + delay + ", " + finetune
                + (mode == Mode.RESIZE ? "" : ", " + mode.name().toLowerCase(Locale.ROOT))
                + (sizeIncrement == 4 ? "" : ", increment " + sizeIncrement)
                + ")";
    }

    /** The share of each side at one moment, from {@code progress}, the share of the run that is done. */
    public double scaleAt(double progress) {
        if (progress >= fullFrom()) {
            return 1;
        }
        if (progress <= delay) {
            return initialScale;
        }
        double grown = (progress - delay) / (fullFrom() - delay);
        return initialScale + (1 - initialScale) * grown;
    }

    /**
     * The length of one side at one moment: the nearest multiple of the size increment, but at least one increment, and
     * at most the whole side.
     *
     * @param progress the share of the run that is done
     * @param whole the image's own side, at least the size increment
     */
    public long sideAt(double progress, long whole) {
        double scale = scaleAt(progress);
        if (scale == 1) {
            return whole;
        }
        long multiples = Math.max(1, Math.round(scale * whole / sizeIncrement));
        return Math.min(whole, multiples * sizeIncrement);
    }

    private double fullFrom() {
        return 1 - finetune;
    }

    /**
     * Resizes the images in the data by interpolation; labels, and data other than images of the first one's size, are
     * not changed.
     *
     * @param sample data (batch, channels, height, width), FLOAT32
     * @return new arrays on the managers of those given, in their memory format
     */
    public static Sample resize(Sample sample, long height, long width) {
        return each(sample, image -> Images.resize(image, height, width));
    }

    /**
     * Cuts the same rectangle out of all images in the data; labels, and data other than images of the first one's
     * size, are not changed.
     *
     * @param sample data (batch, channels, height, width)
     * @param top first row, &ge; 0
     * @param left first column, &ge; 0
     * @return new arrays on the managers of those given, in their memory format
     */
    public static Sample crop(Sample sample, long top, long left, long height, long width) {
        return each(sample, image -> Images.crop(image, top, left, height, width));
    }

    private static Sample each(Sample sample, UnaryOperator<NDArray> change) {
        Shape sides = sides(sample);
        NDList data = new NDList(sample.data().size());
        for (NDArray array : sample.data()) {
            Shape shape = array.getShape();
            NDArray changed = array;
            if (shape.dimension() == 4 && shape.slice(2).equals(sides)) {
                changed = change.apply(array);
                changed.setName(array.getName());
            }
            data.add(changed);
        }
        return new Sample(data, sample.labels());
    }

    private static Shape sides(Sample sample) {
        NDList data = sample.data();
        if (data.isEmpty() || data.head().getShape().dimension() != 4) {
            throw new IllegalArgumentException("ProgressiveResizing found no images: expected data of shape (batch,"
                    + " channels, height, width), got "
                    + (data.isEmpty() ? "none" : data.head().getShape().toString())
                    + ": drop the method or give it images");
        }
        return data.head().getShape().slice(2);
    }

    /** @throws IllegalArgumentException if the run's length is not known */
    @Override
    public Hooks attach(Run run) {
        if (!run.hasLength()) {
            throw new IllegalArgumentException("ProgressiveResizing: expected a run of known length for shares of it,"
                    + " got one without: give RunSettings.steps(n)");
        }
        return new Resizing();
    }

    private final class Resizing implements Hooks {

        private boolean noted;

        @Override
        public List<Phase> phases(Run run) {
            List<Phase> phases = new ArrayList<>();
            if (initialScale < 1) {
                phases.add(new Phase("the smallest images", 0, 0));
                if (delay > 0 && delay < fullFrom()) {
                    phases.add(phase("the growing images", delay, run));
                }
                phases.add(phase("the whole images", fullFrom(), run));
            }
            return phases;
        }

        private static Phase phase(String name, double progress, Run run) {
            OptionalLong steps = run.settings().steps();
            long step = steps.isPresent() ? (long) Math.ceil(progress * steps.getAsLong()) : 0;
            return new Phase(name, step, progress);
        }

        @Override
        public Sample onBatch(Run run, Sample sample) {
            Shape whole = sides(sample);
            if (Math.min(whole.get(0), whole.get(1)) < sizeIncrement) {
                throw new IllegalArgumentException("ProgressiveResizing: expected images with sides of at least "
                        + sizeIncrement + " (the size increment), got " + whole + ": lower the increment");
            }
            note(run, whole);
            Shape small = at(run.progress(), whole);
            if (small.equals(whole)) {
                return sample;
            }
            long height = small.get(0);
            long width = small.get(1);
            return mode == Mode.RESIZE
                    ? resize(sample, height, width)
                    : crop(sample, start(whole.get(0), height), start(whole.get(1), width), height, width);
        }

        private Shape at(double progress, Shape whole) {
            return new Shape(sideAt(progress, whole.get(0)), sideAt(progress, whole.get(1)));
        }

        private void note(Run run, Shape whole) {
            if (!noted && at(0, whole).equals(whole)) {
                noted = true;
                run.note("ProgressiveResizing: images of " + whole + " at an initial scale of " + initialScale
                        + " in steps of " + sizeIncrement + " keep their size, so none is shrunk");
            }
        }

        /**
         * Uses DJL's generator in Java, which the run seeds for each batch; a draw on the device would wait for the
         * device.
         */
        private static long start(long whole, long part) {
            return RandomUtils.nextInt(Math.toIntExact(whole - part + 1));
        }
    }
}
