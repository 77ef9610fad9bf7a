package org.vivace.notebooks;

import org.vivace.datasets.ByteText;
import org.vivace.models.Gpt;

/** Workloads that train in a moment. */
final class Tiny {

    private Tiny() {}

    /** A decoder for five bytes that follow each other in a circle, which it learns. */
    static Language language() {
        Gpt.Settings sizes = new Gpt.Settings(5, 8, 1, 2, 6, 0);
        return new Language(sizes, 4, ByteText.of("\0\1\2\3\4".repeat(80)), "five bytes", 30);
    }
}
