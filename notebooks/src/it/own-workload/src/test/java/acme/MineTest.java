package acme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vivace.bench.Bench;
import org.vivace.bench.Workload;
import org.vivace.methods.FusedAdamW;

class MineTest {

    @TempDir
    private Path folder;

    @Test
    void theCommandsTakeTheClass() throws Exception {
        Path record = folder.resolve("bench.json");
        run("bench", "acme.Mine", "--methods", "FusedAdamW", "--steps", "6", "--seconds", "5", "--json", record.toString());
        String json = Files.readString(record);
        assertTrue(json.contains("\"workload\": \"mine\""), json);
        assertTrue(json.contains("\"FusedAdamW\""), json);
        assertTrue(json.contains("\"peakBytes\""), json);
        run("profile", "acme.Mine", "--steps", "4");
        run("estimate", "acme.Mine", "--check");
        run("tune", "acme.Mine", "--train-steps", "4");
    }

    @Test
    void inCodeItLearns() {
        var trained = Bench.of(Workload.madeBy(Mine.class)).with(new FusedAdamW()).steps(200).train();
        double accuracy = trained.quality().orElseThrow().arms().get(1).trials().get(0).finalQuality();
        assertTrue(accuracy > 0.8, "the share of points in the right quarter is " + accuracy);
    }

    private void run(String... arguments) throws Exception {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        List<String> command = new ArrayList<>(List.of(
                System.getProperty("java.home") + File.separator + "bin" + File.separator + "java",
                "-cp",
                classPath,
                "org.vivace.cli.Vivace"));
        command.addAll(List.of(arguments));
        Path said = folder.resolve("said.txt");
        int code = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start()
                .waitFor();
        assertEquals(0, code, Files.readString(said));
    }
}
