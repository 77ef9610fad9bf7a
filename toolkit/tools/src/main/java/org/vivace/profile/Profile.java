package org.vivace.profile;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.vivace.measure.Calibration;
import org.vivace.measure.Interval;
import org.vivace.trace.Operators;
import org.vivace.trace.StepPhase;

/**
 * Where the time and memory of a training step went.
 *
 * @param stepMillis milliseconds of a step while its phases were timed, the median, where the phases are means
 * @param overhead how much longer a step was for that than steps in between that were left alone, as a share of these
 * @param split the phases of the step by their {@link StepPhase#key}, in their order; their milliseconds are means, so that
 *     they add up
 * @param listenerMillis mean milliseconds of each training listener, by its class
 * @param blocks parents before their children
 * @param operators of {@code tracedSteps} steps, where a verdict was requested
 * @param calibration what the machine can do at best, as the verdict takes it; empty without a verdict
 * @param verdict empty where none was requested
 * @param notes sentences a reader must know, for instance what could not be measured
 */
public record Profile(
        Interval stepMillis,
        Interval overhead,
        Map<String, StepPhaseTime> split,
        Map<String, Double> listenerMillis,
        List<BlockTime> blocks,
        MemoryProfile memory,
        Optional<Operators> operators,
        int tracedSteps,
        Optional<Calibration> calibration,
        Optional<StepVerdict> verdict,
        List<String> notes) {

    public Profile {
        split = Collections.unmodifiableMap(new LinkedHashMap<>(split));
        listenerMillis = Collections.unmodifiableMap(new LinkedHashMap<>(listenerMillis));
        blocks = List.copyOf(blocks);
        notes = List.copyOf(notes);
    }

    Profile withVerdict(Operators recorded, int steps, Calibration machine, BottleneckAnalysis.Result result) {
        return new Profile(
                stepMillis,
                overhead,
                split,
                listenerMillis,
                blocks,
                memory,
                Optional.of(recorded),
                steps,
                Optional.of(machine),
                Optional.of(result.verdict()),
                Stream.concat(notes.stream(), result.notes().stream()).toList());
    }

    /** The split in lines, for a notebook's cell. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        double step = split.values().stream().mapToDouble(StepPhaseTime::millis).sum();
        text.append(String.format(Locale.ROOT, "A step takes %.4g ms:%n", step));
        split.forEach((phase, time) -> text.append(
                String.format(Locale.ROOT, "%14s %10.4g ms %5.1f %%%n", phase, time.millis(), 100 * time.share())));
        verdict.ifPresent(found -> text.append(found.sentence()).append(System.lineSeparator()));
        notes.forEach(note -> text.append("Note: ").append(note).append(".\n"));
        return text.toString();
    }
}
