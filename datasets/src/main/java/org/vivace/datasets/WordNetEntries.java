package org.vivace.datasets;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * WordNet's entries as texts labelled with their part of speech: a classification of short texts that needs no
 * download, read from the same artifact as {@link WordNetText}.
 *
 * <p>All classes have the same number of entries, drawn by a fixed seed; a tenth is held out for testing.
 */
public final class WordNetEntries {
    /** The name of each label. */
    public static final List<String> CLASS_NAMES = List.of("noun", "verb", "adjective", "adverb");

    private static final List<String> FILES = List.of("noun", "verb", "adj", "adv");

    /** WordNet has 3621 adverbs, its smallest part of speech. */
    static final int OF_EACH_CLASS = 3600;

    private static final int HELD_OUT = OF_EACH_CLASS / 10;
    private static final long ORDER_SEED = 31;

    private WordNetEntries() {}

    /** Returns 12 960 entries to train on. */
    public static Texts train() {
        return entries(HELD_OUT, OF_EACH_CLASS);
    }

    /** Returns the 1440 held-out entries, none of which is in {@link #train}. */
    public static Texts test() {
        return entries(0, HELD_OUT);
    }

    private static Texts entries(int from, int to) {
        List<byte[]> texts = new ArrayList<>();
        for (String file : FILES) {
            List<String> lines = new ArrayList<>();
            try {
                WordNetText.addLines(WordNetEntries.class.getClassLoader(), WordNetText.FOLDER + "data." + file, lines);
            } catch (IOException e) {
                throw new UncheckedIOException(e.getMessage(), e);
            }
            int[] order = Pass.shuffle(lines.size(), new Random(ORDER_SEED));
            for (int i = from; i < to; i++) {
                texts.add(lines.get(order[i]).getBytes(StandardCharsets.UTF_8));
            }
        }
        int each = to - from;
        // Alternates the classes, so that the first few entries include all of them.
        List<byte[]> mixed = IntStream.range(0, texts.size())
                .mapToObj(i -> texts.get(i % FILES.size() * each + i / FILES.size()))
                .toList();
        int[] labels =
                IntStream.range(0, mixed.size()).map(i -> i % FILES.size()).toArray();
        return Texts.of(mixed, labels, CLASS_NAMES.size());
    }
}
