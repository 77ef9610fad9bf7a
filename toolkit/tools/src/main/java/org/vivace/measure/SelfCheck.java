package org.vivace.measure;

import java.util.List;

/** The baseline compared with itself: a verdict other than not distinguishable means the results cannot be trusted. */
public record SelfCheck(Interval speedup, Verdict verdict, List<List<Long>> nanos) {

    public SelfCheck {
        // Records of earlier versions say "not distinguishable" here.
        verdict = Verdict.of(speedup) == Verdict.NOT_TIMED ? Verdict.NOT_TIMED : verdict;
        nanos = nanos == null ? List.of() : nanos.stream().map(List::copyOf).toList();
    }

    public static SelfCheck of(Samples again, Samples baseline) {
        Interval speedup = again.speedupOver(baseline);
        return new SelfCheck(speedup, Verdict.of(speedup), again.nanos());
    }
}
