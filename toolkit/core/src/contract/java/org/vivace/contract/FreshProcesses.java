package org.vivace.contract;

import ai.djl.Model;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.TrainingRecord;

/**
 * Two processes, one after the other, each of which trains every row's models: the first also stops a run after some
 * steps and saves it, and the second resumes it.
 *
 * @param first the complete runs of the first process, by row and model
 * @param second the complete runs of the second process
 * @param resumed the runs that the second process resumed
 */
record FreshProcesses(Map<String, String> first, Map<String, String> second, Map<String, String> resumed) {

    private static final int STOP_AFTER = 3;
    private static final String SAVE = "save";

    /** @param folder for the saves */
    static FreshProcesses of(MethodContract contract, Path folder) throws IOException, InterruptedException {
        Map<String, Map<String, String>> saving = output(contract, folder, SAVE);
        Map<String, Map<String, String>> resuming = output(contract, folder, "resume");
        return new FreshProcesses(saving.get("whole"), resuming.get("whole"), resuming.get("part"));
    }

    static String key(MethodRow row, SmallModel small) {
        return row + " on " + small.name();
    }

    private static Map<String, Map<String, String>> output(MethodContract contract, Path folder, String task)
            throws IOException, InterruptedException {
        Process process = JavaProcess.of(
                        List.of(
                                "-Xmx512m",
                                "-XX:TieredStopAtLevel=1",
                                "-Dorg.slf4j.simpleLogger.defaultLogLevel=error"),
                        FreshProcesses.class,
                        contract.getClass().getName(),
                        folder.toString(),
                        task)
                .redirectErrorStream(true)
                .start();
        Map<String, Map<String, String>> results =
                new HashMap<>(Map.of("whole", new HashMap<>(), "part", new HashMap<>()));
        StringBuilder rest = new StringBuilder();
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] parts = line.split("\t", -1);
                if (parts.length == 3 && results.containsKey(parts[0])) {
                    results.get(parts[0]).put(parts[1], parts[2]);
                } else {
                    rest.append(line).append('\n');
                }
            }
        }
        if (process.waitFor() != 0) {
            throw new IllegalStateException("expected a process that trains every row to end with 0, got "
                    + process.exitValue() + " and:\n" + rest);
        }
        return results;
    }

    /** The class of the contract, the folder for saves, and the task. */
    @SuppressWarnings("SystemOut") // the output is read by the process that started this one
    public static void main(String[] arguments) throws Exception {
        var constructor = Class.forName(arguments[0]).getDeclaredConstructor();
        constructor.setAccessible(true);
        List<MethodRow> rows = ((MethodContract) constructor.newInstance()).rows();
        Path folder = Path.of(arguments[1]);
        boolean stops = arguments[2].equals(SAVE);
        for (int i = 0; i < rows.size(); i++) {
            MethodRow row = rows.get(i);
            for (SmallModel small : row.models()) {
                Path saves = folder.resolve(i + "-" + row.models().indexOf(small));
                String whole = outcome(
                        () -> Faces.TRAINING.train(small, row, row.recipe()).toString());
                String part = outcome(() -> part(small, row, saves, stops, row.recipe()));
                System.out.println("whole\t" + key(row, small) + "\t" + whole);
                System.out.println("part\t" + key(row, small) + "\t" + part);
            }
        }
    }

    private static String part(SmallModel small, MethodRow row, Path saves, boolean stops, EfficiencyMethod[] recipe)
            throws Exception {
        try (Model model = small.open()) {
            TrainingRecord record = Faces.training(model, small, row, recipe)
                    .resume(saves)
                    .onStep(point -> {
                        if (stops && point.step() == STOP_AFTER) {
                            Thread.currentThread().interrupt();
                        }
                    })
                    .fit(small.dataset(model.getNDManager()));
            if (Thread.interrupted() != stops || record.interrupted() != stops) {
                throw new IllegalStateException("expected the run to be interrupted: " + stops + ", got " + record);
            }
            return Weights.of(model).toString();
        }
    }

    private interface Result {
        String get() throws Exception;
    }

    /** The failure of one row must not hide the results of the others. */
    private static String outcome(Result result) {
        try {
            return result.get();
        } catch (Exception e) {
            return e.toString().replaceAll("\\s+", " ");
        }
    }
}
