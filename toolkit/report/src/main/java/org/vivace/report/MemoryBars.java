package org.vivace.report;

import java.awt.Color;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.vivace.measure.BenchRecord;
import org.vivace.measure.Figures;
import org.vivace.measure.Interval;
import org.vivace.measure.Variant;

/** The peak of memory of the baseline and of each variant that has one, in MiB; empty where only one of them has. */
final class MemoryBars {

    private static final double MIB = 1 << 20;

    private MemoryBars() {}

    static List<Bar> of(BenchRecord record) {
        List<Variant> variants = record.variants().stream()
                .filter(each -> each.peakBytes().isPresent())
                .toList();
        OptionalLong baseline = record.baseline().peakBytes();
        if (baseline.isEmpty() || variants.isEmpty()) {
            return List.of();
        }
        List<Bar> bars = new ArrayList<>();
        bars.add(bar(Words.BASELINE, baseline.getAsLong(), "", Theme.MUTED));
        for (Variant each : variants) {
            long bytes = each.peakBytes().getAsLong();
            double share = (double) bytes / baseline.getAsLong();
            String times = ", " + Figures.ratio(share) + " x";
            bars.add(bar(each.title(), bytes, times, share > 1 ? Theme.WARM : Theme.STRONG));
        }
        return bars;
    }

    private static Bar bar(String label, long bytes, String more, Color color) {
        double mebibytes = bytes / MIB;
        String value = Math.round(mebibytes) + " MiB" + more;
        return new Bar(label, value, new Interval(mebibytes, Double.NaN, Double.NaN), color);
    }
}
