package org.vivace.dev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vivace.methods.FusedAdamW;
import org.vivace.methods.FusedSgd;
import org.vivace.methods.LabelSmoothing;

@Tag("slow")
class PairTableTest {

    @TempDir
    private Path root;

    /** Every pair is trained for it, so it fails too where one neither trains nor is refused in a sentence. */
    @Test
    void theTableShowsWhatPairsDo() throws IOException {
        Path file = Path.of("").toAbsolutePath().getParent().resolve("methods/README.md");
        assertThat(Files.readString(file))
                .as("methods/README.md shows the pairs; './vivace pairs' brings it up to date")
                .isEqualTo(PairTable.document());
    }

    @Test
    void aReasonStandsOnceAndTheRowsMethodIsFirst() {
        String document = PairTable.document(
                List.of(new FusedAdamW(), new FusedSgd(), new LabelSmoothing()),
                (first, second) ->
                        first instanceof FusedSgd || second instanceof FusedSgd && first instanceof FusedAdamW
                                ? Optional.of("no two updates")
                                : Optional.empty());
        assertThat(document.lines())
                .contains(
                        "| first \\ second | FusedAdamW | FusedSgd | LabelSmoothing |",
                        "| [FusedAdamW](cards/fused-adamw.md) | - | 1 | + |",
                        "| [FusedSgd](cards/fused-sgd.md) | 1 | - | 1 |",
                        "| [LabelSmoothing](cards/label-smoothing.md) | + | + | - |",
                        "1. no two updates")
                .filteredOn(line -> line.startsWith("2. "))
                .isEmpty();
    }

    @Test
    void pairsThatCannotStandTogetherSayWhy() {
        assertThat(PairTrial.refusal(new FusedAdamW(), new FusedSgd()))
                .contains("FusedAdamW and FusedSgd both claim the optimizer step, because a run has one update a step:"
                        + " drop one of them");
        assertThat(PairTrial.refusal(new LabelSmoothing(), new FusedSgd())).isEmpty();
    }

    @Test
    void aFolderWithoutMethodsIsRefused() {
        assertThatThrownBy(() -> PairTable.update(root))
                .hasMessage(root + " must be the root of Vivace's sources, got no folder methods: run it from there");
    }
}
