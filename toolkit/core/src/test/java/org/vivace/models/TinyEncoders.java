package org.vivace.models;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.NormalInitializer;
import java.util.Arrays;
import java.util.Random;

/** Encoders of a few numbers, and what they say to texts of a few ids. */
final class TinyEncoders implements AutoCloseable {

    static final Encoder.Settings TINY = new Encoder.Settings(11, 8, 2, 2, 9, 3);
    static final int PADDING = 10;

    final NDManager manager = NDManager.newBaseManager();
    final ParameterStore store = new ParameterStore(manager, false);

    TinyEncoders() {
        Engine.getInstance().setRandomSeed(1);
    }

    /** With weights large enough for every one of them to show. */
    Encoder initialized(Encoder.Settings settings, DataType type) {
        Encoder encoder = new Encoder(settings);
        encoder.setInitializer(new NormalInitializer(0.4f), parameter -> true);
        encoder.initialize(manager, type, new Shape(1, settings.longest()));
        return encoder;
    }

    /** A row of logits for each row of ids. */
    double[][] logits(Encoder encoder, long[]... rows) {
        try (NDManager batch = manager.newSubManager()) {
            NDArray ids = batch.create(
                    Arrays.stream(rows).flatMapToLong(Arrays::stream).toArray(),
                    new Shape(rows.length, rows[0].length));
            double[] flat =
                    doubles(encoder.forward(store, new NDList(ids), false).singletonOrThrow());
            int classes = flat.length / rows.length;
            double[][] result = new double[rows.length][];
            Arrays.setAll(result, i -> Arrays.copyOfRange(flat, i * classes, (i + 1) * classes));
            return result;
        }
    }

    static long[][] padded(int time, long[]... texts) {
        long[][] rows = new long[texts.length][time];
        for (int i = 0; i < texts.length; i++) {
            Arrays.fill(rows[i], PADDING);
            System.arraycopy(texts[i], 0, rows[i], 0, Math.min(time, texts[i].length));
        }
        return rows;
    }

    static double[] doubles(NDArray array) {
        try (NDArray wide = array.toType(DataType.FLOAT64, true)) {
            return wide.toDoubleArray();
        }
    }

    static long[] text(int length, long seed) {
        return new Random(seed).longs(length, 0, PADDING).toArray();
    }

    @Override
    public void close() {
        manager.close();
    }
}
