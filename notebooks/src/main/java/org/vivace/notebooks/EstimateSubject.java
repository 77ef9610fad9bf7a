package org.vivace.notebooks;

import ai.djl.nn.Block;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.vivace.estimate.ArraySpec;
import org.vivace.estimate.Estimator;
import org.vivace.models.Encoder;
import org.vivace.models.Gpt;
import org.vivace.models.ResNet9;
import org.vivace.models.TokenLoss;
import org.vivace.train.EfficiencyMethod;

/**
 * A model, what a batch of it looks like and how it is trained: what an estimate is made of, and checked on.
 *
 * @param block makes the model, without weights
 * @param classes the labels are whole numbers below it, and so are the model's inputs where they are whole numbers
 */
record EstimateSubject(
        String name,
        Supplier<Block> block,
        List<ArraySpec> inputs,
        ArraySpec labels,
        int classes,
        Supplier<Optimizer> optimizer) {

    private static final int CLASSES = 10;
    private static final int BYTES = 256;
    private static final int TEXT = 256;

    /** Makes a subject of a batch size and the side of its images. */
    private interface Kind {
        EstimateSubject of(long batch, long side);
    }

    private static final Map<String, Kind> KINDS = new TreeMap<>(Map.of(
            "language",
                    (batch, side) -> {
                        Gpt.Settings sizes = new Gpt.Settings();
                        ArraySpec ids = ArraySpec.int64(batch, sizes.maxContext());
                        return new EstimateSubject(
                                "language", () -> new Gpt(sizes), List.of(ids), ids, BYTES, EstimateSubject::adam);
                    },
            "classify",
                    (batch, side) -> new EstimateSubject(
                            "classify",
                            () -> new Encoder(new Encoder.Settings()),
                            List.of(ArraySpec.int64(batch, TEXT)),
                            ArraySpec.int64(batch),
                            2,
                            EstimateSubject::adam),
            "vision", (batch, side) -> images("vision", batch, 32, () -> new ResNet9(new ResNet9.Settings())),
            "resnet50", (batch, side) -> images("resnet50", batch, side, () -> ZooModels.resNet50(side, CLASSES)),
            "mobilenetv2", (batch, side) -> images("mobilenetv2", batch, side, () -> ZooModels.mobileNetV2(CLASSES)),
            "vgg11", (batch, side) -> images("vgg11", batch, side, () -> ZooModels.vgg11(CLASSES)),
            "mlp",
                    (batch, side) -> new EstimateSubject(
                            "mlp",
                            () -> ZooModels.mlp(CLASSES),
                            List.of(ArraySpec.float32(batch, ZooModels.MLP_INPUTS)),
                            ArraySpec.int64(batch),
                            CLASSES,
                            EstimateSubject::adam),
            "bert",
                    (batch, side) -> new EstimateSubject(
                            "bert",
                            () -> ZooModels.bert(2),
                            List.of(
                                    ArraySpec.int64(batch, ZooModels.BERT_LENGTH),
                                    ArraySpec.int64(batch, ZooModels.BERT_LENGTH),
                                    ArraySpec.int64(batch, ZooModels.BERT_LENGTH)),
                            ArraySpec.int64(batch),
                            2,
                            EstimateSubject::adam)));

    static List<String> names() {
        return List.copyOf(KINDS.keySet());
    }

    /** @throws IllegalArgumentException where there is no model of that name */
    static EstimateSubject named(String name, long batch, long side) {
        Kind kind = KINDS.get(name.toLowerCase(Locale.ROOT));
        if (kind == null) {
            throw new IllegalArgumentException("expected one of "
                    + KINDS.keySet().stream().collect(Collectors.joining(", ")) + ", got " + name
                    + ": choose one of these");
        }
        return kind.of(batch, side);
    }

    /** ResNet-9 of four channels. */
    static EstimateSubject smallImages() {
        return images("small", 2, 16, () -> new ResNet9(new ResNet9.Settings(4, CLASSES, 3)));
    }

    /** A decoder of one layer. */
    static EstimateSubject smallText() {
        Gpt.Settings sizes = new Gpt.Settings(BYTES, 16, 1, 2, 16, 0);
        ArraySpec ids = ArraySpec.int64(2, 16);
        return new EstimateSubject("small", () -> new Gpt(sizes), List.of(ids), ids, BYTES, EstimateSubject::adam);
    }

    private static EstimateSubject images(String name, long batch, long side, Supplier<Block> block) {
        return new EstimateSubject(
                name,
                block,
                List.of(ArraySpec.float32(batch, 3, side, side)),
                ArraySpec.int64(batch),
                CLASSES,
                EstimateSubject::sgd);
    }

    private static Optimizer adam() {
        return Optimizer.adam().optLearningRateTracker(Tracker.fixed(1e-4f)).build();
    }

    private static Optimizer sgd() {
        return Optimizer.sgd()
                .setLearningRateTracker(Tracker.fixed(1e-4f))
                .optMomentum(0.9f)
                .build();
    }

    Loss loss() {
        return new TokenLoss();
    }

    Estimator estimator(List<EfficiencyMethod> methods) {
        return Estimator.of(block.get(), inputs.toArray(ArraySpec[]::new))
                .training(loss(), optimizer.get(), labels)
                .methods(methods);
    }
}
