package org.vivace.torch;

import ai.djl.Device;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.util.cuda.CudaUtils;
import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Structure;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The memory in use at this moment, to the byte; {@link PeakMemory} instead counts all memory that the system has given
 * to the process.
 *
 * <p>On the CPU it is the memory from glibc's {@code malloc} that has not been freed (Linux with glibc 2.33 or newer),
 * by far the most of it libtorch's arrays. It excludes the Java heap and includes the JVM compiler's memory, a varying
 * few MiB. On CUDA the allocator's cache is emptied first, which waits for the device; the used memory that the device
 * then reports is in blocks of 2 MiB.
 */
public final class HeldMemory {

    private HeldMemory() {}

    /** Bytes; empty if the system does not report them. */
    public static OptionalLong bytes(Device device) {
        if (device.isGpu()) {
            DeviceWork.await(device);
            JniUtils.emptyCudaCache();
            return OptionalLong.of(CudaUtils.getGpuMemory(device).getUsed());
        }
        return Glibc.MALLINFO
                .map(mallinfo -> (MallInfo) mallinfo.invoke(MallInfo.class, new Object[0]))
                .map(info -> OptionalLong.of(info.uordblks + info.hblkhd))
                .orElse(OptionalLong.empty());
    }

    /**
     * Bytes, readable at any moment from any thread without disturbing running work: on CUDA the cache is therefore not
     * emptied, and counts as used.
     */
    public static OptionalLong sample(Device device) {
        return device.isGpu() ? PeakMemory.bytes(device) : bytes(device);
    }

    /** Looked up once; absent from macOS, Windows, musl and older glibc. */
    private static final class Glibc {
        static final Optional<Function> MALLINFO = find();

        private static Optional<Function> find() {
            try {
                return Optional.of(NativeLibrary.getInstance("c").getFunction("mallinfo2"));
            } catch (UnsatisfiedLinkError e) {
                return Optional.empty(); // this system does not report it
            }
        }
    }

    /** glibc's {@code struct mallinfo2}; JNA requires it to be public. */
    @Structure.FieldOrder({
        "arena",
        "ordblks",
        "smblks",
        "hblks",
        "hblkhd",
        "usmblks",
        "fsmblks",
        "uordblks",
        "fordblks",
        "keepcost"
    })
    public static final class MallInfo extends Structure implements Structure.ByValue {
        public long arena;
        public long ordblks;
        public long smblks;
        public long hblks;
        public long hblkhd;
        public long usmblks;
        public long fsmblks;
        public long uordblks;
        public long fordblks;
        public long keepcost;
    }
}
