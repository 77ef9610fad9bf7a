package org.vivace.profile;

import ai.djl.Device;
import java.util.OptionalLong;
import org.vivace.torch.HeldMemory;

/** Where the memory in use is read. */
interface MemorySource {

    /** Bytes in use, read between two operations; empty where the system does not tell. */
    OptionalLong now();

    /** Bytes in use, read by another thread at any moment. */
    OptionalLong sample();

    static MemorySource of(Device device) {
        return new MemorySource() {
            @Override
            public OptionalLong now() {
                return HeldMemory.bytes(device);
            }

            @Override
            public OptionalLong sample() {
                return HeldMemory.sample(device);
            }
        };
    }
}
