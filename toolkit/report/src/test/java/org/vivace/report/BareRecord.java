package org.vivace.report;

import java.util.List;
import java.util.Optional;
import org.vivace.measure.Baseline;
import org.vivace.measure.BenchRecord;
import org.vivace.measure.Interval;
import org.vivace.measure.Machine;
import org.vivace.measure.SelfCheck;
import org.vivace.measure.Variant;
import org.vivace.measure.Verdict;

/** Records of a workload named language in which little was measured. */
final class BareRecord {

    private BareRecord() {}

    static BenchRecord of(Machine machine, Baseline baseline, Variant... variants) {
        return of(machine, baseline, Optional.empty(), variants);
    }

    /** @param again plain DJL against itself */
    static BenchRecord of(Machine machine, Baseline baseline, Optional<SelfCheck> again, Variant... variants) {
        return new BenchRecord(
                1,
                "c",
                "language",
                "d",
                machine,
                null,
                null,
                baseline,
                again,
                List.of(variants),
                null,
                null,
                null,
                null,
                null,
                false);
    }

    /** One of which only times are known. */
    static Variant variant(List<String> methods, Interval stepMillis, Interval speedup, Verdict verdict) {
        return new Variant(methods, stepMillis, null, speedup, verdict, null, null, null, List.of(), List.of());
    }
}
