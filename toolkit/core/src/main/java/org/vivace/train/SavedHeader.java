package org.vivace.train;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.vivace.train.TrainingRecord.Evaluation;
import org.vivace.train.TrainingRecord.Point;

/**
 * {@code run.json}, the names and numbers of a save.
 *
 * @param numbers of the optimizer and the methods, under their names
 * @param frozen paths of the parameters that were frozen; null in saves without that field
 */
record SavedHeader(
        int schema,
        Settings settings,
        Map<String, Double> numbers,
        Place place,
        @Nullable List<String> frozen) {

    static final String FILE = "run.json";

    private static final int SCHEMA = 1;
    private static final Gson GSON =
            new GsonBuilder().serializeSpecialFloatingPointValues().create();

    /** Where a run is, and what it has recorded so far. */
    record Place(long step, long epochStart, double seconds, List<Point> curve, List<Evaluation> evaluations) {}

    /**
     * The settings that must be the same for a second process to continue exactly as the first would have.
     *
     * @param devices that each batch was split between; 0 for one, in saves without that field
     */
    record Settings(long seed, String length, List<String> recipe, String optimizer, int microBatches, int devices) {

        /** @throws IllegalArgumentException if the saved run has other settings */
        void requireSame(Settings saved, Path save) {
            requireSame("seed", seed, saved.seed, save);
            requireSame("length", length, saved.length, save);
            requireSame("recipe", recipe, saved.recipe, save);
            requireSame("optimizer", optimizer, saved.optimizer, save);
            requireSame("number of micro-batches", microBatches, saved.microBatches, save);
            requireSame("number of devices", devices, Math.max(1, saved.devices), save);
        }

        private static void requireSame(String what, Object now, Object then, Path save) {
            if (!now.equals(then)) {
                throw new IllegalArgumentException("expected the " + what + " of the saved run in " + save
                        + ", which is " + then + ", got " + now + ": resume with the same settings or save elsewhere");
            }
        }
    }

    static SavedHeader of(Settings settings, Map<String, Double> numbers, Place place, List<String> frozen) {
        return new SavedHeader(SCHEMA, settings, numbers, place, frozen);
    }

    String json() {
        return GSON.toJson(this);
    }

    static byte[] bytes(Path save) throws IOException {
        try (FileInputStream in = new FileInputStream(save.resolve(FILE).toFile())) {
            return in.readAllBytes();
        } catch (FileNotFoundException e) {
            throw new DamagedSaveException(FILE + " is missing", e);
        }
    }

    /** @throws IllegalStateException if it is damaged, or of another schema */
    static SavedHeader parse(Path save, byte[] text) {
        SavedHeader header;
        try {
            header = GSON.fromJson(new String(text, UTF_8), SavedHeader.class);
        } catch (RuntimeException e) {
            // Gson reports a damaged file by several exception types.
            throw new DamagedSaveException(FILE + " is damaged", e);
        }
        if (header == null || header.schema() == SCHEMA && !header.whole()) {
            throw new DamagedSaveException(FILE + " is damaged");
        }
        if (header.schema() != SCHEMA) {
            throw new IllegalStateException("expected a saved run of schema " + SCHEMA + " in " + save
                    + ", found schema " + header.schema() + ": resume with the version that wrote it");
        }
        return header;
    }

    /** Whether no field is missing from the JSON. */
    private boolean whole() {
        return settings != null
                && numbers != null
                && !numbers.containsValue(null)
                && place != null
                && place.curve() != null
                && !place.curve().contains(null)
                && place.evaluations() != null
                && !place.evaluations().contains(null);
    }
}
