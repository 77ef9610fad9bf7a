package org.vivace.profile;

import ai.djl.Device;
import ai.djl.translate.TranslateException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.vivace.torch.HostTraffic;
import org.vivace.torch.HostTransfer;

/** How often a step makes the host wait for its GPU, and where; the GPU idles until the host has queued work again. */
final class HostWaits {

    /** A training step. */
    @FunctionalInterface
    interface Step {
        void run() throws IOException, TranslateException;
    }

    private HostWaits() {}

    /** Counts in one step; nothing to say on a CPU, where nothing waits. */
    static Optional<String> in(Device device, Step step) throws IOException, TranslateException {
        if (!device.isGpu()) {
            return Optional.empty();
        }
        try (HostTraffic traffic = HostTraffic.on(device)) {
            step.run();
            return sentence(traffic.transfers());
        }
    }

    /** Empty if there are none. */
    static Optional<String> sentence(List<HostTransfer> transfers) {
        Map<String, Long> places =
                transfers.stream().collect(Collectors.groupingBy(HostTransfer::actor, Collectors.counting()));
        return places.entrySet().stream()
                .max(Map.Entry.<String, Long>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
                .map(most -> "a step makes the host wait for the GPU " + times(transfers.size()) + ", "
                        + (places.size() == 1 ? "" : most.getValue() + " of them ") + "in " + most.getKey()
                        + "; meanwhile it queues no work");
    }

    private static String times(int count) {
        return count == 1 ? "once" : count + " times";
    }
}
