package org.vivace.contract;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import ai.djl.engine.Engine;

/** The GPU for tests that are tagged {@code cuda}. */
public final class Cuda {

    private Cuda() {}

    /** The first CUDA device; without one the calling test is skipped, with a message that says so. */
    public static Device device() {
        assumeTrue(Engine.getEngine("PyTorch").getGpuCount() > 0, "needs a CUDA device");
        return Device.gpu();
    }
}
