package org.vivace.torch;

import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;
import java.util.function.Supplier;

/** The threads that libtorch uses. */
public final class Threads {

    private Threads() {}

    /** Threads that share the work of one operation on the CPU. */
    public static int inOneOperation() {
        Engine.getEngine("PyTorch");
        return JniUtils.getNumThreads();
    }

    /**
     * Runs work that an interrupt of this thread would make fail, such as reading a file through a channel; restores
     * the interrupt flag afterwards.
     */
    static <T> T uninterrupted(Supplier<T> work) {
        boolean interrupted = Thread.interrupted();
        try {
            return work.get();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Runs work with one thread per operation: threads that wait for each other wait long on a busy machine. */
    static <T> T one(Supplier<T> work) {
        int before = inOneOperation();
        JniUtils.setNumThreads(1);
        try {
            return work.get();
        } finally {
            JniUtils.setNumThreads(before);
        }
    }
}
