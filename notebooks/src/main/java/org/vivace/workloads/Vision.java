package org.vivace.workloads;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.ConcurrentHashMap;
import org.vivace.bench.Accuracy;
import org.vivace.bench.Described;
import org.vivace.bench.Size;
import org.vivace.datasets.Cifar10;
import org.vivace.datasets.FashionMnist;
import org.vivace.datasets.Glyphs;
import org.vivace.datasets.Images;
import org.vivace.datasets.ResumableDataset;
import org.vivace.measure.QualityMeasure;
import org.vivace.models.ResNet9;
import org.vivace.train.Catalogue;
import org.vivace.train.EfficiencyMethod;

/**
 * ResNet-9 on images of 32×32 in three colors.
 *
 * @param channels of the first layer
 * @param data {@code cifar10}, {@code fashion-mnist} or {@code glyphs}; read once per process
 * @param heldOut maximum number of images for evaluation
 */
public record Vision(
        @Described("Channels of the first layer.") int channels,
        @Described("Images in a batch.") int batch,

        @Described(
                value = "cifar10, fashion-mnist or glyphs, which are drawn.",
                label = "NAME",
                byDefault = "fashion-mnist if it is on this machine, else glyphs")
        String data,

        @Described(value = "Evaluate on at most N images.", byDefault = "all")
        int heldOut)
        implements Classifying {

    private static final double MOMENTUM = 0.9;
    private static final int COLORS = 3;
    private static final int SIDE = 32;
    private static final int CLASSES = 10;
    private static final int BORDER = 2;
    private static final int SHIFT = 4;
    private static final int GLYPHS = 6000;
    private static final int GLYPHS_HELD_OUT = 1000;

    /** Images by data set, cached because they are read in every epoch. */
    private static final Map<String, Split> SPLITS = new ConcurrentHashMap<>();

    /** The data to train on, the data to evaluate on, and their name. */
    private record Split(Images train, Images test, String source) {}

    public Vision {
        new ResNet9.Settings(channels, CLASSES, COLORS);
        Settings.requirePositive("--batch", batch);
        Settings.requirePositive("--held-out", heldOut);
        if (!List.of("cifar10", "cifar-10", "fashion-mnist", "glyphs").contains(data)) {
            throw new IllegalArgumentException("--data must be cifar10, fashion-mnist or glyphs, got " + data);
        }
    }

    public Vision() {
        this(64, 128, Found.here("fashion-mnist") ? "fashion-mnist" : "glyphs", Integer.MAX_VALUE);
    }

    @Override
    public Vision at(Size size) {
        return switch (size) {
            case QUICK -> new Vision(16, 32, data, 256);
            case DEFAULT -> new Vision(16, 64, data, 1024);
            case GPU -> new Vision(64, 512, data, Integer.MAX_VALUE);
        };
    }

    private Split split() {
        return SPLITS.computeIfAbsent(data, Vision::read);
    }

    /**
     * @throws IllegalStateException if the data set is not on this machine
     * @throws UncheckedIOException if its files cannot be read
     */
    private static Split read(String data) {
        try {
            return switch (data) {
                case "glyphs" ->
                    new Split(
                            Glyphs.of(GLYPHS, 1).rgb(),
                            Glyphs.of(GLYPHS_HELD_OUT, 2).rgb(),
                            "rendered glyphs");
                case "fashion-mnist" -> {
                    Found.require("fashion-mnist", "Fashion-MNIST");
                    yield new Split(
                            FashionMnist.train().padded(BORDER).rgb(),
                            FashionMnist.test().padded(BORDER).rgb(),
                            "Fashion-MNIST");
                }
                default -> {
                    Found.require("cifar-10", "CIFAR-10");
                    yield new Split(
                            Cifar10.train().flipped().shifted(SHIFT),
                            Cifar10.test(),
                            "CIFAR-10, in training mirrored at random and shifted by up to " + SHIFT + " pixels");
                }
            };
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    private ResNet9.Settings sizes() {
        return new ResNet9.Settings(channels, CLASSES, COLORS);
    }

    @Override
    public String name() {
        return "vision";
    }

    @Override
    public Map<String, String> settings() {
        return Settings.of(
                "ResNet9",
                sizes().parameterCount(),
                "DJL's Sgd, momentum " + MOMENTUM,
                Map.of(
                        "channels",
                        channels,
                        "batch",
                        batch,
                        "image",
                        new Shape(COLORS, SIDE, SIDE),
                        "data",
                        split().source()));
    }

    @Override
    public Block newBlock() {
        return new ResNet9(sizes());
    }

    @Override
    public List<Shape> inputs() {
        return List.of(new Shape(batch, COLORS, SIDE, SIDE));
    }

    @Override
    public Optimizer optimizer(Tracker learningRate) {
        return Optimizer.sgd()
                .setLearningRateTracker(learningRate)
                .optMomentum((float) MOMENTUM)
                .build();
    }

    @Override
    public double learningRate() {
        return 0.32;
    }

    @Override
    public QualityMeasure measure() {
        return Accuracy.MEASURE;
    }

    @Override
    public OptionalDouble target() {
        return OptionalDouble.of(0.85);
    }

    @Override
    public double quality(NDList labels, NDList predictions, double loss) {
        return Accuracy.of(labels, predictions);
    }

    @Override
    public ResumableDataset train() {
        return split().train().batch(batch).shuffled();
    }

    @Override
    public Optional<Dataset> validation() {
        return Optional.of(split().test().take(heldOut).batch(batch).inOrder());
    }

    /**
     * A 3×3 convolution from a to b channels costs, forward, 18·a·b operations for each position of its output. With c
     * first channels the eight of them need, on an image of h×w positions, 18·(channels·c + 2c² + (4+4)c²/4 + 8c²/4 +
     * 32c²/16 + (64+64)c²/64)·h·w; the classifier 2·8c·classes.
     */
    @Override
    public OptionalDouble flopsPerStep() {
        double c = channels;
        double positions = SIDE * SIDE;
        double kernels = COLORS * c + (2 + 8 / 4.0 + 8 / 4.0 + 32 / 16.0 + 128 / 64.0) * c * c;
        return OptionalDouble.of(3 * batch * (18 * kernels * positions + 16 * c * CLASSES));
    }

    @Override
    public List<EfficiencyMethod> recipe() {
        return Catalogue.parse("MixedPrecision(bf16),ChannelsLast,FusedSgd");
    }
}
