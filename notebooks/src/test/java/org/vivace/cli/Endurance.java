package org.vivace.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.vivace.bench.LocalMachine;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What {@code notebooks/endurance} runs. */
@Command(
        name = "endurance",
        description =
                "Kills processes at random moments, trains for long, makes random calls; all parts, or those named.",
        mixinStandardHelpOptions = true)
final class Endurance implements Callable<Integer> {

    private static final long FROM = 500;

    @Spec
    private CommandSpec spec;

    @Option(names = "--kills", paramLabel = "N", description = "Kill N processes of each of four kinds.")
    private Integer kills;

    @Option(names = "--steps", paramLabel = "N", description = "Train for N steps with the recipe of language.")
    private Long steps;

    @Option(names = "--calls", paramLabel = "N", description = "Make N random calls of org.vivace.torch.")
    private Long calls;

    @Option(names = "--data-set", defaultValue = "sotu", description = "What is fetched (default: ${DEFAULT-VALUE}).")
    private String dataSet;

    @Option(names = "--seed", defaultValue = "1", description = "Of the moments (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Mixin
    private Outputs.JsonFile json;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Endurance()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        boolean all = kills == null && steps == null && calls == null;
        Path folder = Files.createTempDirectory("vivace-endurance");
        try {
            EnduranceRecord record = new EnduranceRecord(
                    EnduranceRecord.KIND,
                    EnduranceRecord.SCHEMA,
                    "notebooks/endurance "
                            + String.join(
                                    " ", spec.commandLine().getParseResult().originalArgs()),
                    Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
                    LocalMachine.machine(),
                    all || kills != null ? kill(all ? 25 : kills, folder) : List.of(),
                    all || steps != null ? train(all ? 10_000 : steps, FROM, FROM) : null,
                    all || calls != null ? EnduranceCalls.make(all ? 10_000 : calls) : null);
            record.lines().forEach(System.out::println);
            json.write(record.toJson());
            return record.passed() ? 0 : 1;
        } finally {
            EnduranceKills.delete(folder);
        }
    }

    /** The kinds beside each other: they share no file, and a busy machine only makes the moments more various. */
    private List<EnduranceRecord.Kills> kill(int each, Path folder) throws Exception {
        List<Callable<EnduranceRecord.Kills>> all = new ArrayList<>();
        for (EnduranceKills subject : List.of(
                EnduranceSubjects.fit(),
                EnduranceSubjects.bench(),
                EnduranceSubjects.fetch(dataSet),
                EnduranceSubjects.notebookRun())) {
            Path own = Files.createDirectories(folder.resolve(Integer.toString(all.size())));
            Random random = new Random(seed + all.size());
            all.add(() -> subject.run(each, own, random));
        }
        ExecutorService threads = Executors.newFixedThreadPool(all.size());
        try {
            List<EnduranceRecord.Kills> done = new ArrayList<>();
            for (Future<EnduranceRecord.Kills> found : threads.invokeAll(all)) {
                done.add(found.get());
            }
            return done;
        } finally {
            threads.shutdownNow();
        }
    }

    /**
     * A training in a JVM whose heap is resident from the start, whose second compiler, which takes memory at any time, is
     * off, and whose C library gives back what is freed.
     */
    static EnduranceRecord.Steps train(long steps, long from, long every) throws Exception {
        Path said = Files.createTempFile("vivace-endurance", ".txt");
        try {
            ProcessBuilder builder = new ProcessBuilder(EnduranceSubjects.java(
                            EnduranceTraining.Long.class,
                            List.of("-Xms256m", "-Xmx256m", "-XX:+AlwaysPreTouch", "-XX:TieredStopAtLevel=1"),
                            Long.toString(steps),
                            Long.toString(every)))
                    .redirectErrorStream(true)
                    .redirectOutput(said.toFile());
            builder.environment().keySet().removeIf(name -> name.startsWith("MALLOC_"));
            builder.environment().put("MALLOC_ARENA_MAX", "1");
            builder.environment().put("MALLOC_MMAP_THRESHOLD_", "65536");
            builder.environment().put("MALLOC_TRIM_THRESHOLD_", "65536");
            int code = builder.start().waitFor();
            String text = Files.readString(said);
            if (code != 0) {
                throw new IllegalStateException("the training ended with " + code + " and said: " + text);
            }
            String recipe = EnduranceTraining.Long.RECIPE.stream()
                    .map(method -> method.label())
                    .collect(Collectors.joining(" + "));
            return EnduranceRecord.Steps.of(
                    recipe,
                    steps,
                    from,
                    text.lines()
                            .filter(line -> line.startsWith("sample "))
                            .map(Endurance::sample)
                            .toList());
        } finally {
            Files.delete(said);
        }
    }

    private static EnduranceRecord.Sample sample(String line) {
        String[] words = line.split(" ", -1);
        return new EnduranceRecord.Sample(Long.parseLong(words[1]), Long.parseLong(words[2]), Long.parseLong(words[3]));
    }
}
