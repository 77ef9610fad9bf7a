package org.vivace.estimate;

import java.util.Locale;

/** What an operation does with memory and the processor. */
public enum OperationKind {
    MATMUL,
    CONVOLUTION,
    RECURRENT,
    ATTENTION,
    ELEMENTWISE,
    REDUCTION,
    SOFTMAX,
    NORM,
    POOL,
    DROPOUT,
    EMBEDDING,
    COPY,
    VIEW,
    /** A whole block that was run for real. */
    MEASURED;

    /** Whether the operation is made of multiply-adds, the only ones that are counted as FLOPs. */
    public boolean isProduct() {
        return this == MATMUL || this == CONVOLUTION || this == RECURRENT || this == ATTENTION;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
