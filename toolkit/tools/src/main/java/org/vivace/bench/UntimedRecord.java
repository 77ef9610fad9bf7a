package org.vivace.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.vivace.measure.BenchRecord;

/** A record of a workload on this machine without step times, to be filled with other measurements. */
final class UntimedRecord {

    private UntimedRecord() {}

    /** @param arms what the record's variants are */
    static BenchRecord of(String command, Workload workload, List<Arm> arms) {
        Map<String, String> settings = new LinkedHashMap<>(workload.settings());
        settings.putAll(Allocator.settings());
        return BenchRecord.untimed(
                        command,
                        workload.name(),
                        LocalMachine.machine(),
                        arms.stream().map(Arm::labels).toList())
                .withSettings(settings);
    }
}
