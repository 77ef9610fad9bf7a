package org.vivace.datasets;

/**
 * Random augmentation of images, new in each epoch: mirrored or not, and moved by up to {@code reach} pixels each way.
 *
 * <p>An image's placement depends only on the epoch's seed and the image's index, so the end of an epoch is the same
 * whether or not its beginning was built.
 */
record Augmentation(boolean mirrors, int reach) {
    static final Augmentation NONE = new Augmentation(false, 0);

    /** The placement of an image: mirrored first, then moved right and down. */
    record Placement(boolean mirrored, int right, int down) {
        static final Placement AS_IT_IS = new Placement(false, 0, 0);
    }

    Augmentation {
        if (reach < 0) {
            throw new IllegalArgumentException("shift must be at least 0 pixels, got " + reach + ": give 0 or more");
        }
    }

    boolean isNone() {
        return equals(NONE);
    }

    Placement place(long epochSeed, int image) {
        if (isNone()) {
            return Placement.AS_IT_IS;
        }
        long bits = mix(epochSeed + (image + 1L) * 0x9e3779b97f4a7c15L);
        int positions = 2 * reach + 1;
        // 31 bits each: of up to 4001 positions the first few are more likely than the others by less than two in a
        // million.
        int right = (int) ((bits >>> 33) % positions) - reach;
        int down = (int) ((bits >>> 2 & 0x7fffffff) % positions) - reach;
        return new Placement(mirrors && (bits & 1) == 1, right, down);
    }

    /** The finaliser of SplitMix64 (Steele, Lea and Flood, 2014): neighbouring inputs give unrelated outputs. */
    private static long mix(long z) {
        long once = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
        long twice = (once ^ once >>> 27) * 0x94d049bb133111ebL;
        return twice ^ twice >>> 31;
    }
}
