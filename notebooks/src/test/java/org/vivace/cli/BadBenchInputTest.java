package org.vivace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code bench} refuses, and that it leaves nothing behind then. */
class BadBenchInputTest {

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            language --methods FusedAdam | there is no method FusedAdam: did you mean FusedAdamW or
            language --methods SequenceLengthWarmup(1.5) | got 1.5
            language --methods MixedPrecision(int8) | MixedPrecision: expected bf16 or fp16, got 'int8'
            language --methods FusedAdamW(3) | FusedAdamW takes no arguments, got 3 more
            language --methods FusedAdamW,,FusedAttention | expected a method such as MixedPrecision
            vision --leave-one-out --methods ChannelLast | did you mean ChannelsLast or
            memory --methods ActivationCheckpointing(0) | got 0
            """)
    void aRecipeThatIsNone(String arguments, String message) throws Exception {
        CommandRun run = bench(arguments.split(" "));
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).startsWith("vivace: ").contains(message);
        assertThat(run.err().strip()).doesNotContain("\n");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aFolderThatIsAFile() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "in the way");
        CommandRun run =
                CommandRun.of(CommandRun.smallBench("--steps=6", "--no-memory", "--out=" + file.resolve("out")));
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err())
                .startsWith("vivace: " + file)
                .contains("must be writable")
                .contains("choose another folder");
        assertThat(run.err().strip()).doesNotContain("\n");
    }

    private CommandRun bench(String... arguments) {
        List<String> all = new ArrayList<>(List.of("bench"));
        all.addAll(List.of(arguments));
        all.add("--json=" + folder.resolve("bench.json"));
        all.add("--out=" + folder.resolve("out"));
        return CommandRun.of(all.toArray(String[]::new));
    }
}
