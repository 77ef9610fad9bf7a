package org.vivace.torch;

import ai.djl.pytorch.jni.JniUtils;

/**
 * A scope in which this thread's TorchScript is interpreted. libtorch compiles a function after its first calls, and
 * compiled code rounds differently in low precision, so a training would depend on how many calls the process had made
 * before.
 */
public final class InterpretedScripts implements AutoCloseable {

    /** DJL's setting, which its TorchScript blocks read at each pass. */
    private static final String SETTING = "ai.djl.pytorch.graph_optimizer";

    private InterpretedScripts() {}

    /** Does nothing if the user has set {@code ai.djl.pytorch.graph_optimizer}. */
    public static InterpretedScripts open() {
        set(false);
        return new InterpretedScripts();
    }

    @Override
    public void close() {
        set(true);
    }

    private static void set(boolean compiled) {
        if (System.getProperty(SETTING) == null) {
            JniUtils.setGraphExecutorOptimize(compiled);
        }
    }
}
