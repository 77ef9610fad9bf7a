package org.vivace.torch;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.util.cuda.CudaUtils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * The largest memory use of this process.
 *
 * <p>On the CPU it is the kernel's peak of the resident set ({@code VmHWM}; Linux only). On CUDA it is the memory that
 * the device reports as used, by all processes: libtorch's allocator keeps the memory it has taken, so on a device
 * without other users that is its peak plus the context.
 */
public final class PeakMemory {

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path CLEAR = Path.of("/proc/self/clear_refs");

    private PeakMemory() {}

    /** Bytes; empty if the system does not report them. */
    public static OptionalLong bytes(Device device) {
        if (device.isGpu()) {
            return OptionalLong.of(CudaUtils.getGpuMemory(device).getUsed());
        }
        return statusLine("VmHWM:");
    }

    /** Bytes of the resident set at this moment; empty if the system does not report them. */
    public static OptionalLong residentBytes() {
        return statusLine("VmRSS:");
    }

    /**
     * Resets the CPU's peak to the current resident set.
     *
     * @return false if the system does not allow it; then {@link #bytes} still counts from the process's start
     */
    public static boolean reset() {
        if (!Files.isWritable(CLEAR)) {
            return false;
        }
        try {
            Files.writeString(CLEAR, "5");
            return true;
        } catch (IOException e) {
            return false; // a container may refuse the write although the file mode allows it
        }
    }

    private static OptionalLong statusLine(String key) {
        if (!Files.isReadable(STATUS)) {
            return OptionalLong.empty();
        }
        try (Stream<String> lines = Files.lines(STATUS)) {
            return lines.filter(line -> line.startsWith(key))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                    .findFirst();
        } catch (IOException e) {
            throw new EngineException("could not read " + STATUS, e);
        }
    }
}
