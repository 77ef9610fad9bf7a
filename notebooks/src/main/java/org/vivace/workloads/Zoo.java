package org.vivace.workloads;

import ai.djl.basicmodelzoo.basic.Mlp;
import ai.djl.basicmodelzoo.cv.classification.MobileNetV2;
import ai.djl.basicmodelzoo.cv.classification.ResNetV1;
import ai.djl.basicmodelzoo.cv.classification.VGG;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.transformer.BertBlock;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.util.List;
import org.vivace.bench.Described;
import org.vivace.bench.Size;

/** DJL's own models on random numbers, for estimates and step times; there is nothing to learn. */
public sealed interface Zoo extends Classifying {

    int CLASSES = 10;

    int batch();

    @Override
    default Optimizer optimizer(Tracker learningRate) {
        return inputs().get(0).dimension() == 4
                ? Optimizer.sgd()
                        .setLearningRateTracker(learningRate)
                        .optMomentum(0.9f)
                        .build()
                : Classifying.super.optimizer(learningRate);
    }

    /** A rate at which weights hardly change, as there is nothing to learn. */
    @Override
    default double learningRate() {
        return 1e-4;
    }

    @Override
    default Dataset train() {
        return new RandomBatches(inputs(), inputs().get(0).dimension() == 2 && inputs().size() > 1, batch(), CLASSES);
    }

    private static List<Shape> images(int batch, int side) {
        return List.of(new Shape(batch, 3, side, side));
    }

    /** ResNet-50 with a classifier of ten classes. */
    record ResNet50(
            @Described("Images in a batch.") int batch,
            @Described("Side of the images.") int image) implements Zoo {

        public ResNet50 {
            Settings.requirePositive("--batch", batch);
            Settings.requirePositive("--image", image);
        }

        public ResNet50() {
            this(16, 64);
        }

        @Override
        public String name() {
            return "resnet50";
        }

        @Override
        public ResNet50 at(Size size) {
            return size == Size.GPU ? new ResNet50(512, image) : this;
        }

        @Override
        public List<Shape> inputs() {
            return images(batch, image);
        }

        @Override
        public Block newBlock() {
            return ResNetV1.builder()
                    .setImageShape(new Shape(3, image, image))
                    .setNumLayers(50)
                    .setOutSize(CLASSES)
                    .build();
        }
    }

    /** MobileNetV2 with a classifier of ten classes. */
    record MobileNet(
            @Described("Images in a batch.") int batch,
            @Described("Side of the images.") int image) implements Zoo {

        public MobileNet {
            Settings.requirePositive("--batch", batch);
            Settings.requirePositive("--image", image);
        }

        public MobileNet() {
            this(16, 64);
        }

        @Override
        public String name() {
            return "mobilenetv2";
        }

        @Override
        public List<Shape> inputs() {
            return images(batch, image);
        }

        @Override
        public Block newBlock() {
            return MobileNetV2.builder().setOutSize(CLASSES).build();
        }
    }

    /** VGG-11 with a classifier of ten classes. */
    record Vgg11(
            @Described("Images in a batch.") int batch,
            @Described("Side of the images.") int image) implements Zoo {

        private static final int[][] CONVOLUTIONS = {{1, 64}, {1, 128}, {2, 256}, {2, 512}, {2, 512}};

        public Vgg11 {
            Settings.requirePositive("--batch", batch);
            Settings.requirePositive("--image", image);
        }

        public Vgg11() {
            this(16, 64);
        }

        @Override
        public String name() {
            return "vgg11";
        }

        @Override
        public List<Shape> inputs() {
            return images(batch, image);
        }

        @Override
        public Block newBlock() {
            return VGG.builder().setConvArch(CONVOLUTIONS).setOutSize(CLASSES).build();
        }
    }

    /** 784 inputs, hidden layers of 2048 and 1024, ten classes. */
    record MultilayerPerceptron(
            @Described("Rows in a batch.") int batch) implements Zoo {

        private static final int INPUTS = 784;

        public MultilayerPerceptron {
            Settings.requirePositive("--batch", batch);
        }

        public MultilayerPerceptron() {
            this(16);
        }

        @Override
        public String name() {
            return "mlp";
        }

        @Override
        public List<Shape> inputs() {
            return List.of(new Shape(batch, INPUTS));
        }

        @Override
        public Block newBlock() {
            return new Mlp(INPUTS, CLASSES, new int[] {2048, 1024});
        }
    }

    /** DJL's "micro" BERT, 12 layers of width 512, on texts of one length, followed by a classifier. */
    record Bert(@Described("Texts in a batch.") int batch) implements Zoo {

        private static final int LENGTH = 128;
        private static final int VOCABULARY = 8000;

        public Bert {
            Settings.requirePositive("--batch", batch);
        }

        public Bert() {
            this(16);
        }

        @Override
        public String name() {
            return "bert";
        }

        /** Tokens, their types and their mask. */
        @Override
        public List<Shape> inputs() {
            Shape ids = new Shape(batch, LENGTH);
            return List.of(ids, ids, ids);
        }

        @Override
        public Block newBlock() {
            BertBlock bert = BertBlock.builder()
                    .micro()
                    .setTokenDictionarySize(VOCABULARY)
                    .optMaxSequenceLength(LENGTH)
                    .build();
            return new SequentialBlock()
                    .add(bert)
                    .add(new LambdaBlock(outputs -> new NDList(outputs.get(1)), "pooled"))
                    .add(Linear.builder().setUnits(CLASSES).build());
        }
    }
}
