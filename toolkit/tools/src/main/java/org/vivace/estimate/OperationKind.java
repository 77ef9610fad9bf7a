package org.vivace.estimate;

import java.util.Locale;

/** How an operation uses memory and the processor. */
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
    /** A whole measured block. */
    MEASURED;

    /** Whether the operation consists of multiply-adds, which alone count as FLOPs. */
    public boolean isProduct() {
        return this == MATMUL || this == CONVOLUTION || this == RECURRENT || this == ATTENTION;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
