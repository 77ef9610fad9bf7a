package org.vivace.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.training.optimizer.Optimizer;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vivace.contract.JavaProcess;
import org.vivace.contract.SmallTraining;
import org.vivace.contract.Weights;
import org.vivace.models.TokenLoss;

/** A process killed at any moment while it saves every step leaves what another one resumes, bit for bit. */
@Tag("slow")
class KilledProcessTest {

    private static final int STEPS = 40;

    @TempDir
    private Path folder;

    /** The process that is killed: prints each step it has done, then its weights and losses. */
    static final class Trainee {

        private Trainee() {}

        @SuppressWarnings("SystemOut") // the way to speak with the process that started this one
        public static void main(String[] arguments) throws Exception {
            try (Model model = SmallTraining.model(SmallTraining.gpt(0.2))) {
                TrainingRecord record = Training.of(model)
                        .input(SmallTraining.IDS)
                        .loss(new TokenLoss())
                        .optimizer(rate ->
                                Optimizer.adamW().optLearningRateTracker(rate).build())
                        .learningRate(0.01, Schedule.warmupCosine(0.1, 0))
                        .seed(4)
                        .steps(STEPS)
                        .saveEvery(1, Path.of(arguments[0]))
                        .resume(Path.of(arguments[0]))
                        .onStep(point -> System.out.println("step " + point.step()))
                        .fit(SmallTraining.text(model.getNDManager(), true));
                List<Double> losses =
                        record.curve().stream().map(TrainingRecord.Point::loss).toList();
                System.out.println("end " + record.steps() + " " + Weights.of(model) + " " + losses);
            }
        }
    }

    private static Process start(Path saves) throws IOException {
        List<String> options =
                List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "-Dorg.slf4j.simpleLogger.defaultLogLevel=error");
        return JavaProcess.of(options, Trainee.class, saves.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** The process's last line, whether it has ended by itself or was killed some time after so many lines. */
    private static String runUntil(Process process, int lines, Random random) throws Exception {
        String last = "";
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                last = line;
                if (--lines == 0) {
                    TimeUnit.MICROSECONDS.sleep(random.nextInt(12_000)); // a step with its save takes about ten
                    process.toHandle().destroyForcibly(); // which, unlike the process's own, leaves the stream open
                }
            }
        }
        process.waitFor();
        return last;
    }

    @Test
    void resumesBitEqual() throws Exception {
        Random random = new Random(8);
        List<String> lasts = new ArrayList<>();
        for (int kill = 0; kill < 3; kill++) {
            Process process = start(folder.resolve("killed"));
            lasts.add(runUntil(process, 3 + random.nextInt(6), random));
            assertThat(process.exitValue()).as("killed").isEqualTo(137);
        }
        String resumed = runUntil(start(folder.resolve("killed")), -1, random);
        String whole = runUntil(start(folder.resolve("whole")), -1, random);

        assertThat(lasts).allMatch(line -> line.startsWith("step "));
        assertThat(whole).startsWith("end " + STEPS + " ");
        assertThat(resumed).isEqualTo(whole);
    }
}
