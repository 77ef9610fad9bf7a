package org.vivace.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.vivace.datasets.ByteTextTest.add;
import static org.vivace.datasets.ByteTextTest.flat;
import static org.vivace.datasets.ByteTextTest.numbered;

import ai.djl.engine.Engine;
import ai.djl.training.dataset.Batch;
import ai.djl.util.RandomUtils;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** In which order a text is served, and how one enters in the middle. */
class ByteTextOrderTest {
    @RegisterExtension
    final BatchReader reader = new BatchReader();

    @Test
    void eachEpochCoversEachWindowOnceInAnOrderOfItsOwn() {
        // Random bytes: sixteen of them say where in the text they are.
        byte[] text = new byte[2048];
        new Random(5).nextBytes(text);
        // 2048 / 16 - 1 = 127 windows: with batches of 1, all are served.
        ByteText all = ByteText.of(text).context(16).batch(1);
        Engine.getInstance().setRandomSeed(3);
        List<List<Integer>> epochs = List.of(starts(all, text), starts(all, text));

        assertThat(epochs.get(0)).isNotEqualTo(epochs.get(1));
        for (List<Integer> starts : epochs) {
            Set<Integer> distinct = new HashSet<>(starts);
            int offset = distinct.stream().mapToInt(i -> i).min().orElseThrow();
            assertThat(offset).isBetween(0, 15);
            assertThat(distinct).hasSize(127).allMatch(start -> start >= 0 && (start - offset) % 16 == 0);
            assertThat(starts)
                    .hasSize(127)
                    .isNotEqualTo(starts.stream().sorted().toList());
        }
    }

    @Test
    void theSeedDecidesTheOrder() {
        ByteText text = ByteText.of(numbered(5000)).context(16).batch(4).train();

        assertThat(seeded(text, 7, 0)).isEqualTo(seeded(text, 7, 0)).isNotEqualTo(seeded(text, 8, 0));
    }

    @Test
    void drawsOnceSoThatReseedingInsideAnEpochChangesNothing() {
        ByteText text = ByteText.of(numbered(5000)).context(16).batch(4).train();
        List<Long> expected = seeded(text, 7, 0);

        Engine.getInstance().setRandomSeed(7);
        List<Long> served = new ArrayList<>();
        int step = 0;
        for (Batch batch : text.getData(reader.manager)) {
            Engine.getInstance().setRandomSeed(1000 + step++);
            add(batch, served);
        }
        assertThat(served).isEqualTo(expected);
    }

    @Test
    void fromIsTheTailOfTheWholeEpoch() {
        ByteText text = ByteText.of(numbered(5000)).context(16).batch(4).train();
        List<Long> whole = seeded(text, 7, 0);

        assertThat(seeded(text, 7, 5)).isEqualTo(whole.subList(5 * 4 * 16, whole.size()));
        assertThat(seeded(text, 7, text.batches())).isEmpty();
        assertThatThrownBy(() -> text.from(reader.manager, text.batches() + 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("firstBatch must be 0 to 70 (the batches of an epoch), got 71: start inside the epoch");
    }

    @Test
    void validationServesEveryWindowAndDrawsNothing() {
        ByteText text = ByteText.of(numbered(1000)).context(4).batch(4).validation();

        Engine.getInstance().setRandomSeed(1);
        List<Long> first = flat(reader.manager, text, 0);
        int after = RandomUtils.nextInt();
        Engine.getInstance().setRandomSeed(1);

        // 100 bytes: 24 windows of 4, from byte 900 on, in six batches.
        assertThat(RandomUtils.nextInt()).isEqualTo(after);
        assertThat(text.batches()).isEqualTo(6);
        assertThat(first).hasSize(96).startsWith(900L % 251, 901L % 251).isEqualTo(flat(reader.manager, text, 0));
    }

    private List<Long> seeded(ByteText text, int seed, int firstBatch) {
        Engine.getInstance().setRandomSeed(seed);
        return flat(reader.manager, text, firstBatch);
    }

    private List<Integer> starts(ByteText text, byte[] bytes) {
        String searched = new String(bytes, StandardCharsets.ISO_8859_1);
        List<Integer> starts = new ArrayList<>();
        for (Batch batch : text.getData(reader.manager)) {
            StringBuilder window = new StringBuilder();
            Arrays.stream(batch.getData().head().toLongArray()).forEach(id -> window.append((char) id));
            starts.add(searched.indexOf(window.toString()));
            batch.close();
        }
        return starts;
    }
}
