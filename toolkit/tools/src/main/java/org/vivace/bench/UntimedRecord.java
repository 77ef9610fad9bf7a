package org.vivace.bench;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.vivace.measure.Baseline;
import org.vivace.measure.BenchRecord;
import org.vivace.measure.Interval;
import org.vivace.measure.Variant;
import org.vivace.measure.Verdict;

/** A record of a workload on this machine in which no step was timed, to be filled with what else was measured. */
final class UntimedRecord {

    private UntimedRecord() {}

    /** @param arms what the record's variants are */
    static BenchRecord of(String command, Workload workload, List<Arm> arms) {
        List<Variant> variants = arms.stream()
                .map(arm -> new Variant(
                        arm.labels(),
                        Interval.NONE,
                        null,
                        Interval.NONE,
                        Verdict.of(Interval.NONE),
                        null,
                        null,
                        null,
                        List.of(),
                        List.of()))
                .toList();
        Map<String, String> settings = new LinkedHashMap<>(workload.settings());
        settings.putAll(Allocator.settings());
        return new BenchRecord(
                BenchRecord.SCHEMA,
                command,
                workload.name(),
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
                LocalMachine.machine(),
                settings,
                null,
                new Baseline(Interval.NONE, null, null, null, null, List.of()),
                null,
                variants,
                List.of(),
                null,
                null,
                null,
                List.of(),
                false);
    }
}
