package org.vivace.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.NormalInitializer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GptTest extends ModelTest {

    private static final Gpt.Settings TINY = new Gpt.Settings(11, 8, 2, 2, 6, 0.0);

    private final ParameterStore store = new ParameterStore(manager, false);

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 6})
    void matchesDoublePrecisionReference(int time) {
        Gpt single = initialized(TINY, DataType.FLOAT32);
        Gpt twice = initialized(TINY, DataType.FLOAT64);
        long[] first = ids(time, 1);
        long[] second = ids(time, 2);

        assertThat(logits(single, first, second)).satisfies(values -> {
            assertClose(Arrays.copyOf(values, time * 11), flat(GptReference.logits(single, first)), 1e-5);
            assertClose(
                    Arrays.copyOfRange(values, time * 11, 2 * time * 11),
                    flat(GptReference.logits(single, second)),
                    1e-5);
        });
        assertClose(logits(twice, first), flat(GptReference.logits(twice, first)), 1e-11);
    }

    @Test
    void laterTokensDoNotReachEarlierLogits() {
        Gpt gpt = initialized(TINY, DataType.FLOAT32);
        long[] ids = ids(6, 3);
        double[] before = logits(gpt, ids);
        ids[4] = (ids[4] + 1) % 11;
        double[] after = logits(gpt, ids);

        assertThat(Arrays.copyOf(after, 4 * 11)).isEqualTo(Arrays.copyOf(before, 4 * 11));
        assertThat(Arrays.copyOfRange(after, 4 * 11, 6 * 11)).isNotEqualTo(Arrays.copyOfRange(before, 4 * 11, 6 * 11));
    }

    @Test
    void shortSequenceIsThePrefixOfALongOne() {
        Gpt gpt = initialized(TINY, DataType.FLOAT32);
        long[] ids = ids(6, 4);
        assertClose(logits(gpt, Arrays.copyOf(ids, 3)), Arrays.copyOf(logits(gpt, ids), 3 * 11), 1e-6);
    }

    @Test
    void refusesSequencesOverTheMaximum() {
        Gpt gpt = initialized(TINY, DataType.FLOAT32);
        String message = "sequence length must be at most 6 (the model's maximum), got 7: "
                + "shorten the sequences or raise maxContext";
        assertThatIllegalArgumentException()
                .isThrownBy(() -> logits(gpt, ids(7, 1)))
                .withMessage(message);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Gpt(TINY).initialize(manager, DataType.FLOAT32, new Shape(1, 7)))
                .withMessage(message);
    }

    @Test
    void refusesWrongIds() {
        Gpt gpt = initialized(TINY, DataType.FLOAT32);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> logits(gpt, new long[] {0, 11}))
                .withMessage(
                        "ids must be from 0 to 10 (the model's vocabulary), found one outside: check the tokeniser");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> gpt.forward(store, new NDList(manager.ones(new Shape(1, 2))), false))
                .withMessage("ids must be INT64 or INT32, got float32: convert them with toType");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> gpt.forward(store, new NDList(manager.create(new long[] {1, 2})), false))
                .withMessage("ids must have shape (batch, time), got (2): reshape them");
    }

    @Test
    void refusesWrongSizes() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Gpt.Settings(256, 100, 6, 6, 256, 0))
                .withMessage("width must be a multiple of heads (6), got 100: take 96 or 102");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Gpt.Settings(0, 96, 6, 6, 256, 0))
                .withMessage("vocabulary must be at least 1, got 0: give a positive size");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Gpt.Settings().withDropout(1))
                .withMessage("dropout must be at least 0 and below 1, got 1.0: 0 turns it off");
    }

    @Test
    void acceptsInt32Ids() {
        Gpt gpt = initialized(TINY, DataType.FLOAT32);
        NDArray narrow = manager.create(new int[] {1, 2, 3}, new Shape(1, 3));
        NDArray result = gpt.forward(store, new NDList(narrow), false).singletonOrThrow();
        assertThat(doubles(result)).isEqualTo(logits(gpt, new long[] {1, 2, 3}));
    }

    @Test
    void parameterCountFollowsTheFormula() {
        for (Gpt.Settings settings : new Gpt.Settings[] {TINY, new Gpt.Settings(5, 12, 1, 3, 9, 0.1)}) {
            assertThat(settings.parameterCount()).isEqualTo(trainedValues(initialized(settings, DataType.FLOAT32)));
        }
        assertThat(new Gpt.Settings().parameterCount()).isEqualTo(10_942_464);
    }

    @Test
    void startsFromGpt2sDistribution() {
        Gpt gpt = new Gpt(new Gpt.Settings(256, 96, 2, 3, 16, 0.0));
        gpt.initialize(manager, DataType.FLOAT32, new Shape(1, 16));
        assertStartsFromGpt2sDistribution(gpt);
    }

    @Test
    void parametersSurviveSaving() throws Exception {
        Gpt gpt = initialized(TINY, DataType.FLOAT32);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        gpt.saveParameters(new DataOutputStream(bytes));

        Gpt loaded = new Gpt(TINY);
        loaded.loadParameters(manager, new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
        assertThat(logits(loaded, ids(6, 5))).isEqualTo(logits(gpt, ids(6, 5)));
    }

    @Test
    void forwardLeavesNothingInTheModelsManager() {
        Gpt gpt = initialized(TINY, DataType.FLOAT32);
        int before = manager.getManagedArrays().size();
        logits(gpt, ids(6, 1));
        logits(gpt, ids(3, 1));
        assertThat(manager.getManagedArrays()).hasSize(before);
    }

    private Gpt initialized(Gpt.Settings settings, DataType type) {
        Gpt gpt = new Gpt(settings);
        gpt.setInitializer(new NormalInitializer(0.4f), parameter -> true);
        gpt.initialize(manager, type, new Shape(1, settings.maxContext()));
        return gpt;
    }

    private double[] logits(Gpt gpt, long[]... rows) {
        try (NDManager batch = manager.newSubManager()) {
            NDArray ids = batch.create(
                    Arrays.stream(rows).flatMapToLong(Arrays::stream).toArray(),
                    new Shape(rows.length, rows[0].length));
            return doubles(gpt.forward(store, new NDList(ids), false).singletonOrThrow());
        }
    }

    private static double[] doubles(NDArray array) {
        try (NDArray wide = array.toType(DataType.FLOAT64, true)) {
            return wide.toDoubleArray();
        }
    }

    private static long[] ids(int time, long seed) {
        return new Random(seed).longs(time, 0, 11).toArray();
    }

    private static double[] flat(double[][] rows) {
        return Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
    }

    private static void assertClose(double[] actual, double[] expected, double tolerance) {
        assertThat(actual).containsExactly(expected, within(tolerance));
    }
}
