package org.vivace.torch;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.List;

/** Copies of values that DJL does not make: into existing memory, and to other devices as part of the graph. */
public final class Copy {

    private static final Script SCRIPT = Script.of("Copy", """
            def copy(self, target: Tensor, source: Tensor) -> int:
              torch.copy_(target, source)
              return 0
            def to_device(self, sources: List[Tensor], device: str, overlapped: bool) -> List[Tensor]:
              copies = annotate(List[Tensor], [])
              for source in sources:
                copies.append(torch.to(source, torch.device(device), ops.prim.dtype(source), overlapped, True))
              return copies
            def from_pinned(self, source: Tensor, device: str) -> Tensor:
              return torch.to(torch.pin_memory(source), torch.device(device), ops.prim.dtype(source), True, False)
            """);

    private Copy() {}

    /**
     * Copies values outside autograd, between any layouts; the target keeps its memory, where DJL's {@code copyTo} gives
     * it other memory and with it another layout.
     *
     * @param source the target's shape, of any type and on any device
     */
    public static void into(NDArray target, NDArray source) {
        Shapes.requireSame("copy", "the source", source, target.getShape());
        SCRIPT.update("copy", target, source);
    }

    /**
     * Copies arrays to a device under the thread's gradient mode: a backward pass through a copy adds to the gradient
     * of its source. The host waits for copies to its own memory only.
     *
     * @param owner of the copies
     * @return copies in the sources' order and layouts, also of those that are on that device already
     */
    public static NDList toDevice(List<NDArray> sources, Device device, NDManager owner) {
        if (sources.isEmpty()) {
            return new NDList();
        }
        return SCRIPT.tensorsOn(owner, "to_device", sources, name(device), device.isGpu());
    }

    /** The same for one array, which itself is returned if it is there already. */
    public static NDArray ifElsewhere(NDArray array, Device device, NDManager owner) {
        return array.getDevice().equals(device)
                ? array
                : toDevice(List.of(array), device, owner).head();
    }

    /**
     * Copies an array of the host's to a GPU by way of pinned memory, so that the host does not wait for the copy.
     *
     * @param owner of the copy, on the GPU
     */
    public static NDArray fromPinned(NDArray source, NDManager owner) {
        return SCRIPT.tensorOn(owner, "from_pinned", source, name(owner.getDevice()));
    }

    private static String name(Device device) {
        return device.isGpu() ? "cuda:" + device.getDeviceId() : device.getDeviceType();
    }
}
