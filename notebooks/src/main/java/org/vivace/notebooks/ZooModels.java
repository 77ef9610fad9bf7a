package org.vivace.notebooks;

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

/** Models of DJL's that an estimate can be asked for by name. */
final class ZooModels {

    static final int MLP_INPUTS = 784;
    static final int BERT_LENGTH = 128;

    private static final int BERT_VOCABULARY = 8000;
    private static final int[][] VGG11 = {{1, 64}, {1, 128}, {2, 256}, {2, 512}, {2, 512}};

    private ZooModels() {}

    static Block resNet50(long side, int classes) {
        return ResNetV1.builder()
                .setImageShape(new Shape(3, side, side))
                .setNumLayers(50)
                .setOutSize(classes)
                .build();
    }

    static Block mobileNetV2(int classes) {
        return MobileNetV2.builder().setOutSize(classes).build();
    }

    static Block vgg11(int classes) {
        return VGG.builder().setConvArch(VGG11).setOutSize(classes).build();
    }

    /** Two hidden layers of 2048 and 1024. */
    static Block mlp(int classes) {
        return new Mlp(MLP_INPUTS, classes, new int[] {2048, 1024});
    }

    /** DJL's "micro" BERT, 12 layers of width 512, on texts of one length, with a classifier behind it. */
    static Block bert(int classes) {
        BertBlock bert = BertBlock.builder()
                .micro()
                .setTokenDictionarySize(BERT_VOCABULARY)
                .optMaxSequenceLength(BERT_LENGTH)
                .build();
        return new SequentialBlock()
                .add(bert)
                .add(new LambdaBlock(outputs -> new NDList(outputs.get(1)), "pooled"))
                .add(Linear.builder().setUnits(classes).build());
    }
}
