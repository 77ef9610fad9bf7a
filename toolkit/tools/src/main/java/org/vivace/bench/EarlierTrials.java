package org.vivace.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.vivace.measure.BenchRecord;
import org.vivace.measure.Machine;
import org.vivace.measure.Trial;

/**
 * Trainings of plain DJL from an earlier record, reused as the baseline of another recipe.
 *
 * @param trials one per seed
 * @param origin where they come from, for the record
 */
record EarlierTrials(List<Trial> trials, String origin) {

    /**
     * Reads them from a record of the same workload, sizes, data and learning rate, made on the same kind of machine.
     *
     * @param learningRate as {@link QualityRace#learningRate} writes it
     * @throws IllegalArgumentException if the record is of something else
     */
    static EarlierTrials read(Path file, Workload workload, String learningRate, Machine here) {
        BenchRecord record = BenchRecord.read(file);
        require(record.workload().equals(workload.name()), file, "be of " + workload.name(), record.workload());
        require(record.quality().isPresent(), file, "hold trainings, made with --seeds", "step times alone");
        for (Map.Entry<String, String> setting : workload.settings().entrySet()) {
            String found = record.settings().getOrDefault(setting.getKey(), "none");
            String expected = setting.getKey() + " " + setting.getValue();
            require(setting.getValue().equals(found), file, "have been made with " + expected, found);
        }
        String rate = record.settings().getOrDefault("learning rate", "none");
        require(learningRate.equals(rate), file, "have the learning rate " + learningRate, rate);
        Machine there = record.machine();
        require(
                there.cpu().equals(here.cpu())
                        && there.device().equals(here.device())
                        && there.threads() == here.threads(),
                file,
                "be of this machine (" + describe(here) + ")",
                describe(there));
        String origin = "from " + file + ", commit " + there.commit();
        return new EarlierTrials(record.quality().orElseThrow().baseline().trials(), origin);
    }

    long steps() {
        return trials.get(0).steps();
    }

    /** @throws IllegalArgumentException if there is none of that seed */
    Trial of(long seed) {
        return trials.stream()
                .filter(trial -> trial.seed() == seed)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("the earlier record must have a training from seed "
                        + seed + ", got " + trials.stream().map(Trial::seed).toList() + ": ask for fewer --seeds"));
    }

    private static String describe(Machine machine) {
        return machine.cpu() + ", " + machine.device() + ", " + machine.threads() + " threads";
    }

    private static void require(boolean holds, Path file, String expected, String found) {
        if (!holds) {
            throw new IllegalArgumentException(
                    file + " must " + expected + ", got " + found + ": train plain DJL again without --plain-from");
        }
    }
}
