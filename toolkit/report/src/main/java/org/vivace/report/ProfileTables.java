package org.vivace.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.vivace.measure.Figures;
import org.vivace.profile.BlockTime;
import org.vivace.profile.InferenceProfile;
import org.vivace.profile.MemoryProfile;
import org.vivace.profile.ProfileRecord;
import org.vivace.profile.StepPhaseTime;
import org.vivace.trace.StepPhase;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** A profile as tables. */
public final class ProfileTables {

    private static final double MIB = 1 << 20;
    private static final int SHOWN_BLOCKS = 10;

    private ProfileTables() {}

    /** The columns {@code phase}, {@code ms} and {@code share}, the phases in the order of a step. */
    public static Table split(ProfileRecord record) {
        List<Map.Entry<String, StepPhaseTime>> phases =
                List.copyOf(record.split().entrySet());
        return Table.create(
                record.workload(),
                StringColumn.create("phase", phases.stream().map(each -> words(each.getKey()))),
                Tables.numbers("ms", phases, each -> each.getValue().millis()),
                Tables.numbers("share", phases, each -> each.getValue().share()));
    }

    /**
     * The columns {@code block}, {@code kind}, {@code calls}, {@code forward ms}, {@code own forward ms}, {@code backward
     * ms}, {@code own backward ms} and {@code activations MiB}, parents before their children. What was not measured is
     * missing.
     */
    public static Table blocks(ProfileRecord record) {
        List<BlockTime> blocks = record.blocks();
        return Table.create(
                record.workload(),
                StringColumn.create("block", blocks.stream().map(BlockTime::path)),
                StringColumn.create("kind", blocks.stream().map(BlockTime::kind)),
                Tables.numbers("calls", blocks, BlockTime::calls),
                Tables.numbers("forward ms", blocks, BlockTime::forwardMillis),
                Tables.numbers("own forward ms", blocks, BlockTime::ownForwardMillis),
                Tables.numbers(
                        "backward ms", blocks, each -> each.backwardMillis().orElse(Double.NaN)),
                Tables.numbers(
                        "own backward ms",
                        blocks,
                        each -> each.ownBackwardMillis().orElse(Double.NaN)),
                Tables.numbers("activations MiB", blocks, ProfileTables::activationMebibytes));
    }

    private static double activationMebibytes(BlockTime block) {
        return block.activationBytes().isPresent() ? block.activationBytes().getAsLong() / MIB : Double.NaN;
    }

    /** The name of a phase in words; of a phase that this version does not know, its key. */
    static String words(String key) {
        for (StepPhase phase : StepPhase.values()) {
            if (phase.key().equals(key)) {
                return phase.words();
            }
        }
        return key;
    }

    static List<List<String>> splitCells(Map<String, StepPhaseTime> split) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("phase", "ms", "share"));
        split.forEach((phase, time) -> {
            if (time.millis() > 0) {
                rows.add(List.of(words(phase), Figures.number(time.millis()), percent(time.share())));
            }
        });
        return rows;
    }

    /** Those whose own work takes longest, longest first. */
    static List<List<String>> blockCells(List<BlockTime> blocks) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of(
                "block", "own\nforward ms", "own\nbackward ms", "with\nchildren ms", "activations\nMiB", "calls"));
        blocks.stream()
                .sorted(Comparator.comparingDouble(BlockTime::ownMillis).reversed())
                .limit(SHOWN_BLOCKS)
                .forEach(each -> rows.add(List.of(
                        each.path(),
                        Figures.number(each.ownForwardMillis()),
                        numberOrDash(each.ownBackwardMillis()),
                        Figures.number(
                                each.forwardMillis() + each.backwardMillis().orElse(0)),
                        each.activationBytes().isPresent()
                                ? mebibytes(each.activationBytes().getAsLong())
                                : "-",
                        Figures.significant(each.calls()))));
        return rows;
    }

    static List<List<String>> memoryCells(MemoryProfile memory) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("memory", "MiB"));
        add(rows, "parameters", OptionalLong.of(memory.parameterBytes()));
        add(rows, "gradients", OptionalLong.of(memory.gradientBytes()));
        add(rows, "optimizer state", memory.optimizerBytes());
        add(rows, "activations", memory.activationBytes());
        add(rows, "temporary, at peak", memory.temporaryBytes());
        add(rows, "in use between steps", memory.heldBytes());
        add(rows, "in use at peak", memory.peakBytes());
        return rows;
    }

    static List<List<String>> leakCells(List<MemoryProfile.LeakedArray> leaks) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("arrays left by each step", "created in", "held by", "count", "MiB"));
        leaks.forEach(leak -> rows.add(List.of(
                leak.shape(), leak.madeIn(), leak.manager(), Integer.toString(leak.count()), mebibytes(leak.bytes()))));
        return rows;
    }

    static List<List<String>> loadCells(InferenceProfile inference) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("batch", "threads", "inputs a second", "p50 ms", "p95 ms", "p99 ms"));
        inference
                .loads()
                .forEach(load -> rows.add(List.of(
                        Integer.toString(load.batch()),
                        Integer.toString(load.threads()),
                        Figures.significant(load.perSecond()),
                        Figures.number(load.latency().p50()),
                        Figures.number(load.latency().p95()),
                        Figures.number(load.latency().p99()))));
        return rows;
    }

    static String percent(double share) {
        return Figures.percent(share, 1);
    }

    static String mebibytes(long bytes) {
        return Figures.fixed(bytes / MIB, 1);
    }

    private static void add(List<List<String>> rows, String name, OptionalLong bytes) {
        bytes.ifPresent(known -> rows.add(List.of(name, mebibytes(known))));
    }

    private static String numberOrDash(OptionalDouble value) {
        return value.isPresent() ? Figures.number(value.getAsDouble()) : "-";
    }
}
