package org.vivace.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.vivace.models.ModelTest.assertStartsFromGpt2sDistribution;
import static org.vivace.models.ModelTest.trainedValues;
import static org.vivace.models.TinyEncoders.PADDING;
import static org.vivace.models.TinyEncoders.TINY;
import static org.vivace.models.TinyEncoders.doubles;
import static org.vivace.models.TinyEncoders.padded;
import static org.vivace.models.TinyEncoders.text;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An encoder's sizes, weights and refusals. */
class EncoderSizesTest {

    private final TinyEncoders tiny = new TinyEncoders();

    @AfterEach
    void close() {
        tiny.close();
    }

    @Test
    void refusesTextsOverTheLongest() {
        Encoder encoder = tiny.initialized(TINY, DataType.FLOAT32);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tiny.logits(encoder, text(10, 1)))
                .withMessage("texts must have 1 to 9 tokens (the model's longest), got 10: cut them, or raise longest");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Encoder(TINY).initialize(tiny.manager, DataType.FLOAT32, new Shape(1, 10)))
                .withMessage("texts must have 1 to 9 tokens (the model's longest), got 10: cut them, or raise longest");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> encoder.forward(tiny.store, new NDList(tiny.manager.ones(new Shape(2, 0))), false))
                .withMessage("texts must have 1 to 9 tokens (the model's longest), got 0: cut them, or raise longest");
    }

    @Test
    void refusesWrongIds() {
        Encoder encoder = tiny.initialized(TINY, DataType.FLOAT32);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tiny.logits(encoder, new long[] {0, 11}))
                .withMessage(
                        "ids must be from 0 to 10 (the model's vocabulary), found one outside: check the tokeniser");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> encoder.forward(tiny.store, new NDList(tiny.manager.ones(new Shape(1, 2))), false))
                .withMessage("ids must be INT64 or INT32, got float32: convert them with toType");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        encoder.forward(tiny.store, new NDList(tiny.manager.create(new long[] {1, 2})), false))
                .withMessage("ids must have shape (batch, time), got (2): reshape them");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Encoder(TINY).initialize(tiny.manager, DataType.FLOAT32, new Shape(2)))
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
        Encoder encoder = tiny.initialized(TINY, DataType.FLOAT32);
        NDArray narrow = tiny.manager.create(new int[] {1, 2, PADDING}, new Shape(1, 3));
        NDArray result = encoder.forward(tiny.store, new NDList(narrow), false).singletonOrThrow();
        assertThat(doubles(result)).isEqualTo(tiny.logits(encoder, new long[] {1, 2, PADDING})[0]);
    }

    @Test
    void parameterCountFollowsTheFormula() {
        for (Encoder.Settings settings : new Encoder.Settings[] {TINY, new Encoder.Settings(5, 12, 1, 3, 9, 7)}) {
            assertThat(settings.parameterCount())
                    .isEqualTo(trainedValues(tiny.initialized(settings, DataType.FLOAT32)));
        }
        assertThat(new Encoder().settings().parameterCount()).isEqualTo(957_570);
    }

    @Test
    void startsFromGpt2sDistribution() {
        Encoder encoder = new Encoder(new Encoder.Settings(256, 96, 2, 3, 64, 50));
        encoder.initialize(tiny.manager, DataType.FLOAT32, new Shape(1, 16));
        assertStartsFromGpt2sDistribution(encoder);
    }

    @Test
    void parametersSurviveSaving() throws Exception {
        Encoder encoder = tiny.initialized(TINY, DataType.FLOAT32);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        encoder.saveParameters(new DataOutputStream(bytes));

        Encoder loaded = new Encoder(TINY);
        loaded.loadParameters(tiny.manager, new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
        assertThat(tiny.logits(loaded, text(6, 5))).isDeepEqualTo(tiny.logits(encoder, text(6, 5)));
    }

    @Test
    void forwardLeavesNothingInTheModelsManager() {
        Encoder encoder = tiny.initialized(TINY, DataType.FLOAT32);
        int before = tiny.manager.getManagedArrays().size();
        tiny.logits(encoder, text(6, 1));
        tiny.logits(encoder, padded(8, text(3, 1), new long[0]));
        assertThat(tiny.manager.getManagedArrays()).hasSize(before);
    }
}
