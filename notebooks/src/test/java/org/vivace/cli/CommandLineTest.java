package org.vivace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Exit codes and messages. */
@Tag("slow")
class CommandLineTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            '' | expected a command, got none (see 'vivace --help')
            demmo | Unmatched argument at index 0: 'demmo': did you mean demo?
            bench | expected a workload, one of language, vision, classify, bert, mlp, mobilenetv2, resnet50, vgg11, memory, optimizer, or a class of your own, got none (see 'vivace bench --help')
            bench langage | 'langage': did you mean language
            bench language --methods Mixed | there is no method Mixed: did you mean MixedPrecision
            bench language --methods MixedPrecision,MixedPrecision | expected each method once in a recipe
            bench language --methods LowPrecisionLayerNorm | LowPrecisionLayerNorm needs autocast, because
            bench language --methods , | separate methods by commas
            bench language --width 65 | width must be a multiple of heads (6), got 65: take 60 or 66
            bench language --width wide | Invalid value for option '--width': 'wide' is not an int
            bench language --context 2000000 | the text must have at least 2000001 bytes
            bench language --batch 0 | batch must be at least 1, got 0
            bench language --width 16 --heads 2 --steps 5 | --steps must be 6 or more, got 5
            bench language --width 16 --heads 2 --seconds 0 | --seconds must be above 0, got 0.0
            bench vision --channels 0 | channels must be
            bench classify --heads 3 | width must be a multiple of heads (3), got 128: take 126 or 129
            bench classify --longest 0 | longest must be at least 1, got 0
            data | expected 'data list' or 'data fetch NAME', got neither
            data fetch | Missing required parameter: 'NAME'
            data fetch fashion | the data set must be one of
            methods --json | Missing required parameter for option '--json' (FILE)
            """)
    void wrongUsageIsOneSentenceAndTwo(String arguments, String message) {
        CommandRun run = CommandRun.of(arguments.isEmpty() ? new String[0] : arguments.split(" "));
        assertThat(run.err()).startsWith("vivace: ").contains(message).contains("--help')");
        assertThat(run.err().strip()).doesNotContain("\n");
        assertThat(run.out()).isEmpty();
        assertThat(run.code()).isEqualTo(2);
    }

    @Test
    void workThatFailsIsOneSentenceAndOne(@TempDir Path folder) throws Exception {
        CommandRun missing = CommandRun.of(
                "bench", "language", "--data", folder.resolve("no.txt").toString());
        assertThat(missing.err())
                .startsWith("vivace: expected a text file or a folder at ")
                .contains("found nothing");
        assertThat(missing.code()).isEqualTo(1);

        Path file = Files.createFile(folder.resolve("file"));
        CommandRun notAFolder =
                CommandRun.of("methods", "--json", file.resolve("methods.json").toString());
        assertThat(notAFolder.err())
                .startsWith("vivace: ")
                .contains("must be writable")
                .contains("choose another folder");
        assertThat(notAFolder.err().strip()).doesNotContain("\n");
        assertThat(notAFolder.code()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "demo",
                "doctor",
                "methods",
                "data",
                "data list",
                "data fetch",
                "bench",
                "bench language",
                "bench vision",
                "bench classify",
                "bench mlp",
                "profile language",
                "estimate bert",
                "tune vision",
                "bench optimizer",
                "bench memory"
            })
    void everyCommandHasHelp(String command) {
        CommandRun run = CommandRun.of((command + " --help").strip().split(" "));
        assertThat(run.code()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).startsWith("Usage: " + ("vivace " + command).strip());
        boolean works = !command.isEmpty() && !command.equals("data") && !command.equals("bench");
        assertThat(run.out().contains("--json=FILE")).isEqualTo(works);
    }

    @Test
    void aTextShorterThanOneContextIsRefused(@TempDir Path folder) throws Exception {
        Path text = Files.writeString(folder.resolve("short.txt"), "far too short");
        CommandRun run = CommandRun.of("bench", "language", "--data", text.toString());
        assertThat(run.err()).contains("the text must have at least 257 bytes");
        assertThat(run.code()).isEqualTo(2);
    }

    @Test
    void anEmptyFolderOfTextIsRefused(@TempDir Path folder) {
        CommandRun run = CommandRun.of("demo", "--quick", "--data", folder.toString());
        assertThat(run.err()).contains("expected text files in the folder " + folder + ", found none");
        assertThat(run.code()).isEqualTo(1);
    }
}
