package org.vivace.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class FittedTableTest {

    @Test
    void theWidestColumnsGiveWay() {
        String path = "04DecoderLayer/01Residual/02CausalSelfAttention/02attention";
        String table = FittedTable.of(List.of(
                List.of("operator", "block", "phase", "why"),
                List.of("mm", path, "backward", "because a sentence may be as long as it likes and goes on and on")));
        assertThat(table.lines()).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(100));
        assertThat(table).contains("backward").contains("04DecoderLayer/01Residual/\n".strip());
        assertThat(table.replaceAll("\\s+", " ")).contains("02attention").contains("on and on");
    }

    @Test
    void whatHasRoomIsLeftAlone() {
        assertThat(FittedTable.of(List.of(List.of("a", "b"), List.of("some words", "1"))))
                .isEqualTo("a           b\n-------------\nsome words  1\n");
    }

    @Test
    void linesEndAfterWordsSlashesAndUnderscores() {
        assertThat(FittedTable.broken("one two/three_four", 8)).isEqualTo("one two/\nthree_\nfour");
        assertThat(FittedTable.broken("first\nsecond line", 7)).isEqualTo("first\nsecond\nline");
    }
}
