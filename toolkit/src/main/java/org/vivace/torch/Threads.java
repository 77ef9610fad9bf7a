package org.vivace.torch;

import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;

/** The threads that libtorch works with. */
public final class Threads {

    private Threads() {}

    /** Threads that share the work of one operation on the CPU. */
    public static int inOneOperation() {
        Engine.getEngine("PyTorch");
        return JniUtils.getNumThreads();
    }
}
