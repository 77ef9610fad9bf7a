package org.vivace.profile;

import java.util.List;
import java.util.Map;
import org.vivace.measure.Figures;

/**
 * What holds a step back.
 *
 * @param boundBy what takes the largest share of it
 * @param shares of the step that each bound takes, in [0, 1]; what is in none, freeing memory for instance, makes them
 *     add up to less than 1
 * @param evidence the numbers that say so, in a sentence
 * @param remedies the one with the largest predicted gain first; empty where nothing that is known would help
 */
public record StepVerdict(Bound boundBy, Map<Bound, Double> shares, String evidence, List<Remedy> remedies) {

    public StepVerdict {
        shares = Map.copyOf(shares);
        remedies = List.copyOf(remedies);
    }

    /** The verdict, its evidence and the best remedy, as one can act on it. */
    public String sentence() {
        return finding() + ": " + evidence + ". " + advice();
    }

    /** What the step is bound by, and no more: {@code The step is bound by the host}. */
    public String finding() {
        return "The step is bound by " + boundBy.words();
    }

    /** What to try, a sentence. */
    public String advice() {
        if (remedies.isEmpty()) {
            return "No method of the catalogue addresses that.";
        }
        Remedy best = remedies.get(0);
        return "Try " + best.method() + ": predicted " + Figures.ratio(best.predictedGain()) + " times as fast, "
                + best.why() + ".";
    }
}
