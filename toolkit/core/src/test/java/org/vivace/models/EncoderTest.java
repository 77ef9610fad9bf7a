package org.vivace.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.vivace.models.TinyEncoders.PADDING;
import static org.vivace.models.TinyEncoders.TINY;
import static org.vivace.models.TinyEncoders.doubles;
import static org.vivace.models.TinyEncoders.padded;
import static org.vivace.models.TinyEncoders.text;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an encoder makes of texts and of their padding. */
class EncoderTest {

    private final TinyEncoders tiny = new TinyEncoders();

    @AfterEach
    void close() {
        tiny.close();
    }

    @Test
    void matchesDoublePrecisionReference() {
        Encoder single = tiny.initialized(TINY, DataType.FLOAT32);
        Encoder twice = tiny.initialized(TINY, DataType.FLOAT64);
        long[][] texts = {text(1, 1), text(9, 2), text(4, 3), text(5, 4)};
        double[][] ofSingle = tiny.logits(single, padded(9, texts));
        double[][] ofTwice = tiny.logits(twice, padded(9, texts));
        for (int i = 0; i < texts.length; i++) {
            assertThat(ofSingle[i]).containsExactly(EncoderReference.logits(single, texts[i]), within(1e-5));
            assertThat(ofTwice[i]).containsExactly(EncoderReference.logits(twice, texts[i]), within(1e-11));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 8})
    void theLogitsOfATextDoNotDependOnItsPaddingOrItsBatch(int length) {
        Encoder encoder = tiny.initialized(TINY, DataType.FLOAT32);
        long[] text = text(length, length);
        double[] alone = tiny.logits(encoder, text)[0];
        for (int time = length; time <= 9; time++) {
            double[][] among = tiny.logits(encoder, padded(time, text(time, 7), text, text(1, 8)));
            assertThat(among[1]).as("padded to %d", time).containsExactly(alone, within(1e-5));
        }
    }

    @Test
    void paddingInFrontOrBetweenIsMaskedToo() {
        Encoder encoder = tiny.initialized(TINY, DataType.FLOAT32);
        double[] before = tiny.logits(encoder, new long[] {PADDING, 3, PADDING, PADDING, 4, PADDING})[0];
        changePaddingsVector(encoder);
        assertThat(tiny.logits(encoder, new long[] {PADDING, 3, PADDING, PADDING, 4, PADDING})[0])
                .isEqualTo(before);
    }

    @Test
    void theLogitsDoNotDependOnWhatThePaddingHolds() {
        Encoder encoder = tiny.initialized(TINY, DataType.FLOAT32);
        long[][] rows = padded(9, text(3, 1), text(8, 2), new long[0]);
        double[][] before = tiny.logits(encoder, rows);
        changePaddingsVector(encoder);
        assertThat(tiny.logits(encoder, rows)).isDeepEqualTo(before);
    }

    @Test
    void everyPositionOfATextCounts() {
        Encoder encoder = tiny.initialized(TINY, DataType.FLOAT32);
        long[] text = text(7, 3);
        double[] before = tiny.logits(encoder, text)[0];
        for (int i = 0; i < text.length; i++) {
            long[] changed = text.clone();
            changed[i] = (changed[i] + 1) % PADDING;
            assertThat(tiny.logits(encoder, changed)[0]).as("position %d", i).isNotEqualTo(before);
        }
        long[] swapped = {4, 3};
        assertThat(tiny.logits(encoder, swapped)[0]).isNotEqualTo(tiny.logits(encoder, new long[] {3, 4})[0]);
    }

    @Test
    void aTextWithoutTokensHasTheLogitsOfAMeanOfZero() {
        Encoder encoder = tiny.initialized(TINY, DataType.FLOAT32);
        double[][] mixed = tiny.logits(encoder, padded(5, new long[0], text(5, 1)));
        assertThat(mixed[0]).containsExactly(ofZeros(encoder), within(1e-6));
        assertThat(mixed[1]).containsExactly(EncoderReference.logits(encoder, text(5, 1)), within(1e-5));
        assertThat(tiny.logits(encoder, padded(2, new long[0]))[0]).containsExactly(mixed[0], within(1e-6));
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
        Encoder encoder = tiny.initialized(TINY.withPadding(0), DataType.FLOAT32);
        assertThat(tiny.logits(encoder, new long[] {5, 10, 7, 0, 0})[0])
                .containsExactly(EncoderReference.logits(encoder, new long[] {5, 10, 7}), within(1e-5));
    }

    private void changePaddingsVector(Encoder encoder) {
        NDArray tokens = encoder.getParameters().valueAt(0).getArray();
        try (NDManager own = tiny.manager.newSubManager()) {
            tokens.set(new NDIndex().addIndices(PADDING), own.full(new Shape(8), 1000));
        }
    }
}
