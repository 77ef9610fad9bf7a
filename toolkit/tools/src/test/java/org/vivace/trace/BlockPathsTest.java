package org.vivace.trace;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BlockPathsTest {

    @Test
    void theInnermostBlockThatHoldsBoth() {
        assertThat(BlockPaths.common("Gpt/04Layer/01Norm", "Gpt/04Layer/02Linear"))
                .isEqualTo("Gpt/04Layer");
        assertThat(BlockPaths.common("Gpt/04Layer", "Gpt/04Layer/02Linear")).isEqualTo("Gpt/04Layer");
        assertThat(BlockPaths.common("Gpt/1", "Gpt/10")).isEqualTo("Gpt");
        assertThat(BlockPaths.common("", "Gpt")).isEmpty();
    }

    @Test
    void aGapInOneBlockIsOfThatBlock() {
        String[] blocks = {"a/b", null, null, "a/b"};
        assertThat(BlockPaths.fill(blocks)).isEqualTo(2);
        assertThat(blocks).containsExactly("a/b", "a/b", "a/b", "a/b");
    }

    @Test
    void aGapBetweenTwoBlocksIsOfWhatHoldsBoth() {
        String[] blocks = {"a/b", null, "a/c", null};
        assertThat(BlockPaths.fill(blocks)).isZero();
        assertThat(blocks).containsExactly("a/b", "a", "a/c", "");
    }

    @Test
    void withoutNeighborsThereIsNoBlock() {
        String[] blocks = {null, null};
        assertThat(BlockPaths.fill(blocks)).isZero();
        assertThat(blocks).containsExactly("", "");
    }
}
