package org.vivace.torch;

import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;

/**
 * A scope in which this thread's operations are, or are not, recorded for the backward pass.
 *
 * <p>While recording is off, autocast's cache of cast weights is off too: otherwise a later, recorded use of a weight
 * would find its cast without a graph and get no gradient.
 */
public final class GradMode implements AutoCloseable {

    private final boolean recordingBefore;
    private final boolean cachingBefore;

    private GradMode(boolean recording) {
        Engine.getEngine("PyTorch");
        recordingBefore = JniUtils.isGradMode();
        cachingBefore = Autocast.caching();
        JniUtils.setGradMode(recording);
        if (!recording) {
            Autocast.setCaching(false);
        }
    }

    public static GradMode off() {
        return new GradMode(false);
    }

    public static GradMode on() {
        return new GradMode(true);
    }

    @Override
    public void close() {
        JniUtils.setGradMode(recordingBefore);
        Autocast.setCaching(cachingBefore);
    }
}
