package org.vivace.models;

final class Sizes {

    private Sizes() {}

    static void requirePositive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(
                    "%s must be at least 1, got %d: give a positive size".formatted(name, value));
        }
    }
}
