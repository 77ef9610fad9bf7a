package org.vivace.report;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.vivace.measure.BenchRecord;
import org.vivace.measure.Machine;

/** What records were measured on, in sentences. */
public final class Provenance {

    private static final int HASH = 12;

    private Provenance() {}

    /** One sentence for each machine with its software, in the order of the records; it ends in the commits. */
    public static List<String> of(List<BenchRecord> records) {
        Map<String, Set<String>> commits = new LinkedHashMap<>();
        for (BenchRecord record : records) {
            commits.computeIfAbsent(machine(record.machine()), key -> new LinkedHashSet<>())
                    .add(commit(record.machine()));
        }
        return commits.entrySet().stream()
                .map(each -> each.getKey() + (each.getValue().size() == 1 ? "; commit " : "; commits ")
                        + String.join(", ", each.getValue()) + ".")
                .toList();
    }

    /** The commit with as much of its hash as people use, and whether files differed from it. */
    static String commit(Machine machine) {
        return machine.commit().replaceFirst("^(\\p{XDigit}{" + HASH + "})\\p{XDigit}+", "$1");
    }

    private static String machine(Machine machine) {
        String flags = machine.flags().isEmpty() ? "" : " (" + String.join(", ", machine.flags()) + ")";
        return "Measured on " + machine.cpu() + flags + ", " + count(machine.cores(), "core") + ", "
                + count(machine.threads(), "thread") + ", device " + device(machine) + "; " + machine.jdk() + ", DJL "
                + machine.djl() + ", libtorch " + machine.libtorch();
    }

    /** Older records have DJL's way of writing it, {@code cpu()} and {@code gpu(0)}. */
    private static String device(Machine machine) {
        return machine.device().replaceFirst("\\((\\d*)\\)$", "$1");
    }

    private static String count(int number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    /** A record's machine in a few words, for a cell of a table. */
    static String machine(BenchRecord record) {
        Machine machine = record.machine();
        String units = machine.threads() + (machine.threads() == 1 ? " thread" : " threads");
        String bf16 = machine.flags().contains("amx_bf16")
                ? ", AMX"
                : machine.flags().contains("avx512_bf16") ? ", AVX-512 with bf16" : "";
        return machine.device().startsWith("gpu") ? machine.device() : machine.cpu() + bf16 + ", " + units;
    }
}
