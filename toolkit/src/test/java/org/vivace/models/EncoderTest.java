package org.vivace.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.NormalInitializer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EncoderTest {

    private static final Encoder.Settings TINY = new Encoder.Settings(11, 8, 2, 2, 9, 3);
    private static final int PADDING = 10;

    private final NDManager manager = NDManager.newBaseManager();
    private final ParameterStore store = new ParameterStore(manager, false);

    @BeforeEach
    void seed() {
        Engine.getInstance().setRandomSeed(1);
    }

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void matchesDoublePrecisionReference() {
        Encoder single = initialised(TINY, DataType.FLOAT32);
        Encoder twice = initialised(TINY, DataType.FLOAT64);
        long[][] texts = {text(1, 1), text(9, 2), text(4, 3), text(5, 4)};
        double[][] ofSingle = logits(single, padded(9, texts));
        double[][] ofTwice = logits(twice, padded(9, texts));
        for (int i = 0; i < texts.length; i++) {
            assertThat(ofSingle[i]).containsExactly(EncoderReference.logits(single, texts[i]), within(1e-5));
            assertThat(ofTwice[i]).containsExactly(EncoderReference.logits(twice, texts[i]), within(1e-11));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 8})
    void theLogitsOfATextDoNotDependOnItsPaddingOrItsBatch(int length) {
        Encoder encoder = initialised(TINY, DataType.FLOAT32);
        long[] text = text(length, length);
        double[] alone = logits(encoder, text)[0];
        for (int time = length; time <= 9; time++) {
            double[][] among = logits(encoder, padded(time, text(time, 7), text, text(1, 8)));
            assertThat(among[1]).as("padded to %d", time).containsExactly(alone, within(1e-5));
        }
    }

    @Test
    void paddingInFrontOrBetweenIsMaskedToo() {
        Encoder encoder = initialised(TINY, DataType.FLOAT32);
        double[] before = logits(encoder, new long[] {PADDING, 3, PADDING, PADDING, 4, PADDING})[0];
        changePaddingsVector(encoder);
        assertThat(logits(encoder, new long[] {PADDING, 3, PADDING, PADDING, 4, PADDING})[0])
                .isEqualTo(before);
    }

    @Test
    void theLogitsDoNotDependOnWhatThePaddingHolds() {
        Encoder encoder = initialised(TINY, DataType.FLOAT32);
        long[][] rows = padded(9, text(3, 1), text(8, 2), new long[0]);
        double[][] before = logits(encoder, rows);
        changePaddingsVector(encoder);
        assertThat(logits(encoder, rows)).isDeepEqualTo(before);
    }

    @Test
    void everyPositionOfATextCounts() {
        Encoder encoder = initialised(TINY, DataType.FLOAT32);
        long[] text = text(7, 3);
        double[] before = logits(encoder, text)[0];
        for (int i = 0; i < text.length; i++) {
            long[] changed = text.clone();
            changed[i] = (changed[i] + 1) % PADDING;
            assertThat(logits(encoder, changed)[0]).as("position %d", i).isNotEqualTo(before);
        }
        long[] swapped = {4, 3};
        assertThat(logits(encoder, swapped)[0]).isNotEqualTo(logits(encoder, new long[] {3, 4})[0]);
    }

    @Test
    void aTextWithoutTokensHasTheLogitsOfAMeanOfZero() {
        Encoder encoder = initialised(TINY, DataType.FLOAT32);
        double[][] mixed = logits(encoder, padded(5, new long[0], text(5, 1)));
        assertThat(mixed[0]).containsExactly(ofZeros(encoder), within(1e-6));
        assertThat(mixed[1]).containsExactly(EncoderReference.logits(encoder, text(5, 1)), within(1e-5));
        assertThat(logits(encoder, padded(2, new long[0]))[0]).containsExactly(mixed[0], within(1e-6));
    }

    /** The head's answer to what the last norm makes of zeros, its offset. */
    private static double[] ofZeros(Encoder encoder) {
        var parameters = encoder.getParameters();
        int last = parameters.size() - 1;
        double[] offset = doubles(parameters.valueAt(last - 2).getArray());
        double[] weights = doubles(parameters.valueAt(last - 1).getArray());
        double[] logits = doubles(parameters.valueAt(last).getArray());
        for (int i = 0; i < weights.length; i++) {
            logits[i / offset.length] += weights[i] * offset[i % offset.length];
        }
        return logits;
    }

    @Test
    void anotherIdMayBeThePadding() {
        Encoder encoder = initialised(TINY.withPadding(0), DataType.FLOAT32);
        assertThat(logits(encoder, new long[] {5, 10, 7, 0, 0})[0])
                .containsExactly(EncoderReference.logits(encoder, new long[] {5, 10, 7}), within(1e-5));
    }

    @Test
    void refusesTextsOverTheLongest() {
        Encoder encoder = initialised(TINY, DataType.FLOAT32);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> logits(encoder, text(10, 1)))
                .withMessage("texts must have 1 to 9 tokens (the model's longest), got 10: cut them, or raise longest");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Encoder(TINY).initialize(manager, DataType.FLOAT32, new Shape(1, 10)))
                .withMessage("texts must have 1 to 9 tokens (the model's longest), got 10: cut them, or raise longest");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> encoder.forward(store, new NDList(manager.ones(new Shape(2, 0))), false))
                .withMessage("texts must have 1 to 9 tokens (the model's longest), got 0: cut them, or raise longest");
    }

    @Test
    void refusesWrongIds() {
        Encoder encoder = initialised(TINY, DataType.FLOAT32);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> logits(encoder, new long[] {0, 11}))
                .withMessage(
                        "ids must be from 0 to 10 (the model's vocabulary), found one outside: check the tokeniser");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> encoder.forward(store, new NDList(manager.ones(new Shape(1, 2))), false))
                .withMessage("ids must be INT64 or INT32, got float32: convert them with toType");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> encoder.forward(store, new NDList(manager.create(new long[] {1, 2})), false))
                .withMessage("ids must have shape (batch, time), got (2): reshape them");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Encoder(TINY).initialize(manager, DataType.FLOAT32, new Shape(2)))
                .withMessage("ids must have shape (batch, time), got (2): reshape them");
    }

    @Test
    void refusesWrongSizes() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Encoder.Settings(257, 100, 4, 3, 9, 2))
                .withMessage("width must be a multiple of heads (3), got 100: take 99 or 102");
        int[] sizes = {11, 8, 2, 2, 9, 3};
        String[] names = {"vocabulary", "width", "layers", "heads", "longest", "classes"};
        for (int i = 0; i < sizes.length; i++) {
            int[] wrong = sizes.clone();
            wrong[i] = 0;
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new Encoder.Settings(wrong[0], wrong[1], wrong[2], wrong[3], wrong[4], wrong[5]))
                    .withMessage(names[i] + " must be at least 1, got 0: give a positive size");
        }
        for (int padding : new int[] {-1, 11}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> TINY.withPadding(padding))
                    .withMessage("padding must be an id of the vocabulary, 0 to 10, got " + padding
                            + ": give the one that fills short texts");
        }
    }

    @Test
    void acceptsInt32Ids() {
        Encoder encoder = initialised(TINY, DataType.FLOAT32);
        NDArray narrow = manager.create(new int[] {1, 2, PADDING}, new Shape(1, 3));
        NDArray result = encoder.forward(store, new NDList(narrow), false).singletonOrThrow();
        assertThat(doubles(result)).isEqualTo(logits(encoder, new long[] {1, 2, PADDING})[0]);
    }

    @Test
    void parameterCountFollowsTheFormula() {
        for (Encoder.Settings settings : new Encoder.Settings[] {TINY, new Encoder.Settings(5, 12, 1, 3, 9, 7)}) {
            long counted = initialised(settings, DataType.FLOAT32).getParameters().values().stream()
                    .mapToLong(parameter -> parameter.getArray().size())
                    .sum();
            assertThat(settings.parameterCount()).isEqualTo(counted);
        }
        assertThat(new Encoder().settings().parameterCount()).isEqualTo(957_570);
    }

    @Test
    void startsFromGpt2sDistribution() {
        Encoder encoder = new Encoder(new Encoder.Settings(256, 96, 2, 3, 64, 50));
        encoder.initialize(manager, DataType.FLOAT32, new Shape(1, 16));
        for (var pair : encoder.getParameters()) {
            NDArray array = pair.getValue().getArray();
            if (pair.getValue().getType() == Parameter.Type.WEIGHT) {
                boolean feedsResidual =
                        pair.getKey().contains("projection") || pair.getKey().contains("feedForward_03Linear");
                double expected = feedsResidual ? 0.01 : 0.02;
                double deviation = Math.sqrt(array.square().mean().getFloat());
                assertThat(deviation).as(pair.getKey()).isCloseTo(expected, within(0.03 * expected));
            } else {
                float value = pair.getValue().getType() == Parameter.Type.GAMMA ? 1 : 0;
                assertThat(array.toFloatArray()).as(pair.getKey()).containsOnly(value);
            }
        }
    }

    @Test
    void parametersSurviveSaving() throws Exception {
        Encoder encoder = initialised(TINY, DataType.FLOAT32);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        encoder.saveParameters(new DataOutputStream(bytes));

        Encoder loaded = new Encoder(TINY);
        loaded.loadParameters(manager, new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
        assertThat(logits(loaded, text(6, 5))).isDeepEqualTo(logits(encoder, text(6, 5)));
    }

    @Test
    void forwardLeavesNothingInTheModelsManager() {
        Encoder encoder = initialised(TINY, DataType.FLOAT32);
        int before = manager.getManagedArrays().size();
        logits(encoder, text(6, 1));
        logits(encoder, padded(8, text(3, 1), new long[0]));
        assertThat(manager.getManagedArrays()).hasSize(before);
    }

    private Encoder initialised(Encoder.Settings settings, DataType type) {
        Encoder encoder = new Encoder(settings);
        encoder.setInitializer(new NormalInitializer(0.4f), parameter -> true);
        encoder.initialize(manager, type, new Shape(1, settings.longest()));
        return encoder;
    }

    private void changePaddingsVector(Encoder encoder) {
        NDArray tokens = encoder.getParameters().valueAt(0).getArray();
        try (NDManager own = manager.newSubManager()) {
            tokens.set(new NDIndex().addIndices(PADDING), own.full(new Shape(8), 1000));
        }
    }

    private double[][] logits(Encoder encoder, long[]... rows) {
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

    private static long[][] padded(int time, long[]... texts) {
        long[][] rows = new long[texts.length][time];
        for (int i = 0; i < texts.length; i++) {
            Arrays.fill(rows[i], PADDING);
            System.arraycopy(texts[i], 0, rows[i], 0, Math.min(time, texts[i].length));
        }
        return rows;
    }

    private static double[] doubles(NDArray array) {
        try (NDArray wide = array.toType(DataType.FLOAT64, true)) {
            return wide.toDoubleArray();
        }
    }

    private static long[] text(int length, long seed) {
        return new Random(seed).longs(length, 0, PADDING).toArray();
    }
}
