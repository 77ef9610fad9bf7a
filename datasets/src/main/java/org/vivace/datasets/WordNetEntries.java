package org.vivace.datasets;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * WordNet's entries as labelled texts, which part of speech does an entry define: a classification of short texts that
 * is always there, read from the same artifact as {@link WordNetText}.
 *
 * <p>Each class has as many entries, drawn once by a fixed seed; a tenth is held out for testing.
 */
public final class WordNetEntries {
    /** What each label stands for. */
    public static final List<String> CLASS_NAMES = List.of("noun", "verb", "adjective", "adverb");

    private static final List<String> FILES = List.of("noun", "verb", "adj", "adv");

    /** WordNet has 3621 entries of adverbs, fewer than of anything else. */
    static final int OF_EACH_CLASS = 3600;

    private static final int HELD_OUT = OF_EACH_CLASS / 10;
    private static final long ORDER_SEED = 31;

    private WordNetEntries() {}

    /** Returns 12 960 entries to train on. */
    public static Texts train() {
        return entries(HELD_OUT, OF_EACH_CLASS);
    }

    /** Returns the 1440 entries that {@link #train} leaves out. */
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
        // Every class in turn, so that the first few are of all classes.
        List<byte[]> mixed = IntStream.range(0, texts.size())
                .mapToObj(i -> texts.get(i % FILES.size() * each + i / FILES.size()))
                .toList();
        int[] labels =
                IntStream.range(0, mixed.size()).map(i -> i % FILES.size()).toArray();
        return Texts.of(mixed, labels, CLASS_NAMES.size());
    }
}
