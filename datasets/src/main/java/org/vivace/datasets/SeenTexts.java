package org.vivace.datasets;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Detects texts that are equal or nearly equal to earlier ones: copies of mass mail differ in a name or a number.
 *
 * <p>Two texts are nearly equal if the sets of their runs of five words have at least half of their members in common
 * (Jaccard's coefficient of shingles: Broder, 1997, On the Resemblance and Containment of Documents). Words are runs of
 * ASCII letters, ignoring case.
 */
final class SeenTexts {
    private static final int WORDS = 5;
    private static final double SAME = 0.5;

    private final Map<Long, List<Integer>> textsWith = new HashMap<>();
    private final List<Integer> sizes = new ArrayList<>();

    /** Adds the text unless it was seen before, and returns whether it was added. */
    boolean add(String text) {
        Set<Long> own = shingles(text);
        Map<Integer, Integer> common = new HashMap<>();
        for (Long shingle : own) {
            for (Integer other : textsWith.getOrDefault(shingle, List.of())) {
                int shared = common.merge(other, 1, Integer::sum);
                // Grows with each shared run, and the first text to reach the limit decides.
                if (shared >= SAME * (own.size() + sizes.get(other) - shared)) {
                    return false;
                }
            }
        }
        for (Long shingle : own) {
            textsWith.computeIfAbsent(shingle, unseen -> new ArrayList<>()).add(sizes.size());
        }
        sizes.add(own.size());
        return true;
    }

    /** A hash of each run of five words; of all words if there are fewer. */
    private static Set<Long> shingles(String text) {
        List<Long> words = words(text);
        Set<Long> shingles = new HashSet<>();
        int last = Math.max(0, words.size() - WORDS);
        for (int from = 0; from <= last; from++) {
            long hash = 0;
            for (long word : words.subList(from, Math.min(words.size(), from + WORDS))) {
                hash = mix(hash, word);
            }
            shingles.add(hash);
        }
        return shingles;
    }

    private static List<Long> words(String text) {
        List<Long> words = new ArrayList<>();
        long hash = 0;
        for (int i = 0; i <= text.length(); i++) {
            int letter = i < text.length() ? text.charAt(i) | 0x20 : 0;
            if (letter >= 'a' && letter <= 'z') {
                hash = mix(hash, letter);
            } else if (hash != 0) {
                words.add(hash);
                hash = 0;
            }
        }
        return words;
    }

    /** FNV-1a over 64-bit units, with its high bits mixed into the low ones. */
    private static long mix(long hash, long next) {
        long product = (hash ^ next) * 0x100000001b3L + 0x9e3779b97f4a7c15L;
        return product ^ product >>> 29;
    }
}
