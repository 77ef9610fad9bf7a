package org.vivace.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.vivace.measure.Figures;
import org.vivace.measure.Machine;
import org.vivace.measure.RecordFile;

/**
 * The results of {@code notebooks/endurance}: processes killed at random moments, a long training, random calls.
 *
 * @param kind {@value #KIND}
 * @param kills one entry per kind of killed process; empty if none was killed
 * @param steps null if there was no long training
 * @param calls null if there were no random calls
 */
public record EnduranceRecord(
        String kind,
        int schema,
        String command,
        String date,
        Machine machine,
        List<Kills> kills,
        Steps steps,
        Calls calls) {

    static final String KIND = "endurance";
    static final int SCHEMA = 1;

    public EnduranceRecord {
        kills = kills == null ? List.of() : List.copyOf(kills);
    }

    /**
     * Processes of one kind, each killed by the system without warning.
     *
     * @param of the task of the processes
     * @param kills number of processes killed before they ended
     * @param runSeconds undisturbed duration of one; the moments are uniform over it
     * @param faults a sentence for each thing lost, half-written or left running; empty if there was none
     */
    public record Kills(String of, int kills, double runSeconds, List<String> faults) {

        public Kills {
            faults = faults == null ? List.of() : List.copyOf(faults);
        }
    }

    /**
     * A long training in a separate process.
     *
     * @param recipe the methods
     * @param from the step from which nothing may grow
     * @param residentDeviation the largest deviation of the resident set from that at step {@code from}, as a share of
     *     it
     * @param arraysDeviation as above, of the number of managed arrays
     */
    public record Steps(
            String recipe,
            long steps,
            long from,
            double residentDeviation,
            double arraysDeviation,
            List<Sample> samples) {

        public Steps {
            samples = samples == null ? List.of() : List.copyOf(samples);
        }

        /** From samples in the order of their steps, one of which is at {@code from}. */
        static Steps of(String recipe, long steps, long from, List<Sample> samples) {
            Sample first = samples.stream()
                    .filter(each -> each.step() >= from)
                    .findFirst()
                    .orElseThrow();
            double resident = 0;
            double arrays = 0;
            for (Sample each : samples) {
                if (each.step() > first.step()) {
                    resident = Math.max(resident, deviation(each.residentBytes(), first.residentBytes()));
                    arrays = Math.max(arrays, deviation(each.arrays(), first.arrays()));
                }
            }
            return new Steps(recipe, steps, from, resident, arrays, samples);
        }

        private static double deviation(long value, long first) {
            return Math.abs((double) value / first - 1);
        }
    }

    /**
     * The process after a step and a garbage collection.
     *
     * @param residentBytes of the process
     * @param arrays number attached to the model's manager and its sub-managers
     */
    public record Sample(long step, long residentBytes, long arrays) {}

    /**
     * Random calls of the public API of {@code org.vivace.torch}.
     *
     * @param calls number of requested calls
     * @param passed whether none crashed the JVM or threw anything but a Java exception
     * @param said the last line of the test's summary, or why there was none
     */
    public record Calls(long calls, boolean passed, double seconds, String said) {}

    /** @throws IllegalArgumentException if the file is not such a record */
    static EnduranceRecord read(Path file) {
        return RecordFile.readOne(file, SCHEMA, EnduranceRecord.class);
    }

    String toJson() {
        return RecordFile.toJson(this);
    }

    /** Whether everything passed, and memory and arrays stayed constant within one percent. */
    boolean passed() {
        return kills.stream().allMatch(each -> each.faults().isEmpty())
                && (steps == null || steps.residentDeviation() <= 0.01 && steps.arraysDeviation() <= 0.01)
                && (calls == null || calls.passed());
    }

    /** The figures, one sentence per line. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (Kills each : kills) {
            lines.add(each.of() + ", killed " + each.kills() + " times in the " + Figures.seconds(each.runSeconds())
                    + " that it takes: "
                    + (each.faults().isEmpty() ? "nothing lost, and it continued" : String.join("; ", each.faults())));
        }
        if (steps != null) {
            Sample last = steps.samples().get(steps.samples().size() - 1);
            lines.add(steps.steps() + " steps with " + steps.recipe() + ": from step " + steps.from()
                    + " on the resident set stayed within " + Figures.percent(steps.residentDeviation(), 2)
                    + " and the arrays within " + Figures.percent(steps.arraysDeviation(), 2) + "; at the end "
                    + Figures.mebibytes(last.residentBytes()) + " and " + last.arrays() + " arrays");
        }
        if (calls != null) {
            lines.add(calls.calls() + " random calls of org.vivace.torch in " + Figures.seconds(calls.seconds()) + ": "
                    + calls.said());
        }
        return lines;
    }
}
