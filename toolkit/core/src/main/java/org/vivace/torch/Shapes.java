package org.vivace.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/** The checks that turn a wrong shape into a sentence before libtorch sees it. */
final class Shapes {

    private Shapes() {}

    static void requireRank(String op, String operand, NDArray array, int rank, String meaning) {
        if (array.getShape().dimension() != rank) {
            throw wrong(op, operand, meaning, array.getShape());
        }
    }

    static void requireSame(String op, String operand, NDArray array, Shape expected) {
        if (!array.getShape().equals(expected)) {
            throw wrong(op, operand, expected.toString(), array.getShape());
        }
    }

    static void require(boolean holds, String op, String operand, String expected, NDArray array) {
        if (!holds) {
            throw wrong(op, operand, expected, array.getShape());
        }
    }

    private static IllegalArgumentException wrong(String op, String operand, String expected, Shape found) {
        return new IllegalArgumentException(op + ": expected " + operand + " of shape " + expected + ", got " + found);
    }
}
