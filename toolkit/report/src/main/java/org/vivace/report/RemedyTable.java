package org.vivace.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.vivace.measure.Figures;
import org.vivace.measure.Interval;
import org.vivace.profile.ProfileRecord;
import org.vivace.profile.Remedy;
import org.vivace.profile.StepVerdict;

/** What would help a step, by how much it should, and, where that was measured, by how much it did. */
final class RemedyTable {

    static final String TITLE = "What would help";

    private static final int SHOWN = 8;

    private RemedyTable() {}

    /** The header alone where there is no verdict or it knows of nothing. */
    static List<List<String>> cells(ProfileRecord record) {
        boolean measured = !record.check().isEmpty();
        List<List<String>> rows = new ArrayList<>();
        rows.add(
                measured
                        ? List.of("what would help", "predicted,\ntimes as fast", "measured,\ntimes as fast", "why")
                        : List.of("what would help", "predicted,\ntimes as fast", "why"));
        List<Remedy> remedies = record.verdict().map(StepVerdict::remedies).orElse(List.of());
        for (int i = 0; i < remedies.size(); i++) {
            Remedy remedy = remedies.get(i);
            Optional<Interval> gain = gain(record, remedy);
            if (i >= SHOWN && gain.isEmpty()) {
                continue;
            }
            List<String> row = new ArrayList<>(List.of(remedy.method(), Figures.ratio(remedy.predictedGain())));
            if (measured) {
                row.add(gain.map(Figures::ratio).orElse("-"));
            }
            row.add(remedy.why());
            rows.add(row);
        }
        return rows;
    }

    /** What the remedy gave, where that was measured. */
    static Optional<Interval> gain(ProfileRecord record, Remedy remedy) {
        return record.check().stream()
                .filter(each -> each.method().equals(remedy.method()))
                .map(Remedy.Checked::measured)
                .findFirst();
    }
}
