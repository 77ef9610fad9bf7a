package org.vivace.bench;

import ai.djl.Device;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.vivace.measure.BenchRecord;
import org.vivace.measure.PairedTiming;
import org.vivace.profile.Remedy;
import org.vivace.profile.StepVerdict;
import org.vivace.train.Catalogue;
import org.vivace.train.CatalogueEntry;
import org.vivace.train.EfficiencyMethod;

/** Applies the methods that a verdict names, one at a time, and measures their gains. */
final class RemedyCheck {

    private static final int MOST = 4;
    private static final int ROUNDS = 8;
    private static final Duration LONGEST = Duration.ofMinutes(4);

    private RemedyCheck() {}

    /** The first few methods of the verdict, each with its predicted gain and the one measured against plain DJL. */
    static List<Remedy.Checked> of(
            String command, Workload workload, Device device, StepVerdict verdict, ProgressBar bar) {
        List<Remedy> remedies = verdict.remedies().stream()
                .filter(each -> method(each.method()).isPresent())
                .limit(MOST)
                .toList();
        if (remedies.isEmpty()) {
            return List.of();
        }
        List<Arm> arms = remedies.stream()
                .map(each -> Arm.of(List.of(method(each.method()).orElseThrow())))
                .toList();
        PairedTiming plan = PairedTiming.rounds(ROUNDS)
                .within(LONGEST)
                .withBaselineAgain()
                .reportingTo(at -> bar.show(at.share(), at.left(), "check, " + at.phase() + ": " + at.variant()));
        BenchRecord measured = StepTimes.measure(command, workload, LocalMachine.machine(), device, arms, plan);
        return remedies.stream()
                .map(each -> new Remedy.Checked(
                        each.method(),
                        each.predictedGain(),
                        measured.variants().get(remedies.indexOf(each)).speedup()))
                .toList();
    }

    /** The method of the catalogue with this label. */
    private static Optional<EfficiencyMethod> method(String label) {
        return Catalogue.all().stream()
                .map(CatalogueEntry::byDefault)
                .filter(each -> each.label().equals(label))
                .findFirst();
    }
}
