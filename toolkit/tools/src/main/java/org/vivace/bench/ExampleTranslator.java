package org.vivace.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.Batch;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Translates an example in Java arrays into the model's input, and its output into a Java array. */
final class ExampleTranslator implements Translator<ExampleTranslator.Example, float[]> {

    /** One example, without the batch axis. */
    record Example(byte[] content, Shape shape, DataType type) {}

    /** The first batch's examples. */
    static List<Example> examples(Batch batch) {
        NDArray data = batch.getData().singletonOrThrow();
        List<Example> examples = new ArrayList<>();
        for (long i = 0; i < data.getShape().get(0); i++) {
            try (NDArray one = data.get(i)) {
                examples.add(new Example(one.toByteArray(), one.getShape(), one.getDataType()));
            }
        }
        return examples;
    }

    @Override
    public NDList processInput(TranslatorContext context, Example input) {
        ByteBuffer content = ByteBuffer.wrap(input.content()).order(java.nio.ByteOrder.nativeOrder());
        return new NDList(context.getNDManager().create(content, input.shape(), input.type()));
    }

    @Override
    public float[] processOutput(TranslatorContext context, NDList list) {
        return list.singletonOrThrow().toFloatArray();
    }
}
