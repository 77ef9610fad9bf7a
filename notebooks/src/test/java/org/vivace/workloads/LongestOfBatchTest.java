package org.vivace.workloads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LongestOfBatchTest {

    private static final int[] LENGTHS = {30, 7, 100, 7, 64, 100, 2};

    @Test
    void ofTwoByHand() {
        // The pairs of 3, 1 and 2 have the longest 3, 3 and 2.
        LongestOfBatch longest = LongestOfBatch.of(new int[] {3, 1, 2}, 2);
        assertThat(longest.mean()).isCloseTo(8.0 / 3, within(1e-12));
        assertThat(longest.meanSquare()).isCloseTo(22.0 / 3, within(1e-12));
    }

    @Test
    void ofOneIsTheMean() {
        assertThat(LongestOfBatch.of(LENGTHS, 1).mean()).isCloseTo(310.0 / 7, within(1e-12));
    }

    @Test
    void ofMoreThanThereAreIsTheLongestOfAll() {
        for (int batch : new int[] {7, 8, 1000}) {
            assertThat(LongestOfBatch.of(LENGTHS, batch)).isEqualTo(new LongestOfBatch(100, 10_000));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 5, 6})
    void isTheMeanOverAllBatches(int batch) {
        double sum = 0;
        double squares = 0;
        int batches = 0;
        for (int chosen = 0; chosen < 1 << LENGTHS.length; chosen++) {
            if (Integer.bitCount(chosen) == batch) {
                int longest = 0;
                for (int i = 0; i < LENGTHS.length; i++) {
                    longest = (chosen >> i & 1) == 1 ? Math.max(longest, LENGTHS[i]) : longest;
                }
                sum += longest;
                squares += longest * longest;
                batches++;
            }
        }
        LongestOfBatch found = LongestOfBatch.of(LENGTHS, batch);
        assertThat(found.mean()).isCloseTo(sum / batches, within(1e-9));
        assertThat(found.meanSquare()).isCloseTo(squares / batches, within(1e-9));
    }
}
