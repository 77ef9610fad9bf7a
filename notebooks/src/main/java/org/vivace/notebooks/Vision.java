package org.vivace.notebooks;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.vivace.datasets.Images;
import org.vivace.datasets.ResumableDataset;
import org.vivace.measure.QualityMeasure;
import org.vivace.methods.Catalogue;
import org.vivace.models.ResNet9;
import org.vivace.models.TokenLoss;
import org.vivace.train.EfficiencyMethod;

/**
 * ResNet-9 on images of 32×32.
 *
 * @param images to train on and, held out, to evaluate on, as the model is to see them
 * @param source what the images are, for the record
 */
public record Vision(ResNet9.Settings sizes, int batch, Images images, Images heldOut, String source)
        implements Workload {

    private static final double MOMENTUM = 0.9;

    @Override
    public String name() {
        return "vision";
    }

    @Override
    public Map<String, String> settings() {
        Map<String, String> settings = new TreeMap<>();
        settings.put(
                "model", String.format(Locale.ROOT, "ResNet9, %.1f million parameters", sizes.parameterCount() / 1e6));
        settings.put("channels", Integer.toString(sizes.channels()));
        settings.put("batch", Integer.toString(batch));
        settings.put("image", images.shape().toString());
        settings.put("data", source);
        settings.put("optimizer", "DJL's Sgd, momentum " + MOMENTUM);
        return settings;
    }

    @Override
    public Block newBlock() {
        return new ResNet9(sizes);
    }

    @Override
    public Shape input() {
        return new Shape(batch).addAll(images.shape());
    }

    @Override
    public Loss loss() {
        return new TokenLoss();
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
    public double target() {
        return 0.85;
    }

    @Override
    public double quality(NDList labels, NDList predictions, double loss) {
        return Accuracy.of(labels, predictions);
    }

    @Override
    public ResumableDataset train() {
        return images.batch(batch).shuffled();
    }

    @Override
    public ResumableDataset validation() {
        return heldOut.batch(batch).inOrder();
    }

    /**
     * A 3×3 convolution from a to b channels costs, forward, 18·a·b operations for each position of its output. With c
     * first channels the eight of them need, on an image of h×w positions, 18·(channels·c + 2c² + (4+4)c²/4 + 8c²/4 +
     * 32c²/16 + (64+64)c²/64)·h·w; the classifier 2·8c·classes.
     */
    @Override
    public double flopsPerStep() {
        double c = sizes.channels();
        double positions = images.shape().get(1) * images.shape().get(2);
        double kernels = sizes.inputChannels() * c + (2 + 8 / 4.0 + 8 / 4.0 + 32 / 16.0 + 128 / 64.0) * c * c;
        return 3 * batch * (18 * kernels * positions + 16 * c * sizes.classes());
    }

    @Override
    public List<EfficiencyMethod> recipe() {
        return Catalogue.parse("MixedPrecision(bf16),ChannelsLast,FusedSgd");
    }
}
