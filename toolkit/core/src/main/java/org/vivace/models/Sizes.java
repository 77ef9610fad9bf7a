package org.vivace.models;

final class Sizes {

    private Sizes() {}

    static void requirePositive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(
                    "%s must be at least 1, got %d: give a positive size".formatted(name, value));
        }
    }

    static void requireMultiple(int width, int heads) {
        if (width % heads != 0) {
            throw new IllegalArgumentException("width must be a multiple of heads (%d), got %d: take %d or %d"
                    .formatted(heads, width, Math.max(1, width / heads) * heads, (width / heads + 1) * heads));
        }
    }
}
