package org.vivace.report;

import java.awt.image.BufferedImage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.vivace.measure.Calibration;
import org.vivace.measure.Figures;
import org.vivace.profile.InferenceProfile;
import org.vivace.profile.MemoryProfile;
import org.vivace.profile.ProfileRecord;

/** The plots of a profile, 1280 pixels wide and 720 high, made for a projector. */
public final class ProfilePlots {

    /** Every name that {@link #all} may give a plot. */
    static final List<String> NAMES = List.of("split", "roofline", "memory", "throughput");

    private ProfilePlots() {}

    /** Every plot that the record has data for, by the name its file should have, without the ending. */
    public static Map<String, BufferedImage> all(ProfileRecord record) {
        Map<String, BufferedImage> plots = new LinkedHashMap<>();
        if (!record.split().isEmpty()) {
            plots.put("split", split(record));
        }
        if (roofs(record).isPresent()) {
            plots.put("roofline", roofline(record));
        }
        if (!timeline(record).isEmpty()) {
            plots.put("memory", memory(record));
        }
        if (!loads(record).isEmpty()) {
            plots.put("throughput", throughput(record));
        }
        return plots;
    }

    /** The step as a bar of its parts. */
    public static BufferedImage split(ProfileRecord record) {
        require(!record.split().isEmpty(), "a plot of the phases must have a profiled step, got none: profile one");
        String title = "A training step of " + record.workload() + ", "
                + Figures.number(ProfileWords.stepMillis(record)) + " ms";
        return StepBar.of(title, record.split());
    }

    /** The operators of the passes through the model under what the machine can do at best. */
    public static BufferedImage roofline(ProfileRecord record) {
        return roofs(record)
                .map(machine ->
                        RooflinePlot.of("Roofline of the operators, " + record.workload(), record.operators(), machine))
                .orElseThrow(() -> new IllegalArgumentException(
                        "a roofline must have a calibration and an operator whose operations and bytes are known, got"
                                + " none: profile with a verdict"));
    }

    /** The memory in use over a step. */
    public static BufferedImage memory(ProfileRecord record) {
        require(
                !timeline(record).isEmpty(),
                "a plot of memory must have a timeline, got none: profile on Linux with glibc 2.33 or newer, or on a GPU");
        return MemoryTimeline.of("Memory over a step, " + record.workload(), timeline(record));
    }

    /** Latency against throughput of predictions. */
    public static BufferedImage throughput(ProfileRecord record) {
        require(
                !loads(record).isEmpty(),
                "a plot of throughput must have predictions under load, got none: profile inference");
        return ThroughputChart.of("Latency against throughput, " + record.workload(), loads(record));
    }

    /** Empty where no operator could be drawn under them. */
    private static Optional<Calibration> roofs(ProfileRecord record) {
        return record.calibration().filter(machine -> RooflinePlot.hasData(record.operators()));
    }

    /** Empty where there are fewer than two moments, which draw no line. */
    private static List<MemoryProfile.Moment> timeline(ProfileRecord record) {
        return record.memory()
                .map(MemoryProfile::timeline)
                .filter(moments -> moments.size() > 1)
                .orElse(List.of());
    }

    private static List<InferenceProfile.Load> loads(ProfileRecord record) {
        return record.inference().map(InferenceProfile::loads).orElse(List.of());
    }

    private static void require(boolean met, String message) {
        if (!met) {
            throw new IllegalArgumentException(message);
        }
    }
}
