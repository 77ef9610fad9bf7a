package org.vivace.train;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.util.Pair;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.vivace.train.TrainingRecord.Evaluation;
import org.vivace.train.TrainingRecord.Point;

/** A run on disk: in each save {@code run.json}, for what is a name or a number, and {@code arrays.bin}. */
final class Saves {

    /** Where a run is, and what it has recorded so far. */
    record Place(long step, long epochStart, double seconds, List<Point> curve, List<Evaluation> evaluations) {}

    /** What must be the same for the second process to go on exactly as the first would have. */
    record Settings(long seed, String length, List<String> recipe, String optimizer, int microBatches) {}

    record Header(int schema, Settings settings, Map<String, Double> numbers, Place place) {

        /** JSON may leave out anything. */
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

    private static final int SCHEMA = 1;
    private static final Gson GSON =
            new GsonBuilder().serializeSpecialFloatingPointValues().create();

    private final SaveFolder folder;
    private final boolean resume;
    private final Run run;
    private final Settings settings;
    private final StockOptimizerState optimizer;

    Saves(Training training, Start start) throws IOException {
        run = start.run();
        resume = training.saving.resume();
        Optimizer used = start.config().getOptimizer();
        optimizer = StockOptimizerState.of(used, run)
                .orElseThrow(() -> new IllegalArgumentException(
                        "expected DJL's Adam, AdamW or Sgd in a run that is saved or resumed, got "
                                + used.getClass().getSimpleName() + ": only their state can be reached"));
        settings = new Settings(
                run.settings().seed().orElseThrow(),
                run.settings().steps().isPresent()
                        ? run.settings().steps().getAsLong() + " steps"
                        : training.length.seconds() + " seconds",
                run.recipe().labels(),
                used.getClass().getSimpleName(),
                training.microBatches);
        folder = new SaveFolder(training.saving.folder());
    }

    void save(Place place) throws IOException {
        folder.save(place.step(), save -> {
            Map<String, Double> numbers = new LinkedHashMap<>();
            try (ArrayFile.Writer arrays = ArrayFile.write(save.resolve("arrays.bin"))) {
                for (Pair<String, Parameter> pair : run.model().getBlock().getParameters()) {
                    arrays.put("weight " + pair.getKey(), pair.getValue().getArray());
                }
                optimizer.save(new SavedState.Writer("optimizer ", numbers, arrays));
                eachMethod((prefix, hooks) -> hooks.save(new SavedState.Writer(prefix, numbers, arrays)));
                arrays.finish();
            }
            SaveFolder.write(save.resolve("run.json"), GSON.toJson(new Header(SCHEMA, settings, numbers, place)));
        });
    }

    /**
     * Puts the run where the newest save left it; nothing where there is none.
     *
     * @throws IllegalArgumentException where the save is of a run with other settings, or where there is one that the
     *     run was not told to resume
     */
    Optional<Place> load() throws IOException {
        Optional<Path> newest = folder.newest();
        if (!resume) {
            newest.ifPresent(save -> {
                throw new IllegalArgumentException("expected a folder without saves for a run that begins anew, found "
                        + save + ": call resume(…) to go on from there, or save elsewhere");
            });
        } else if (newest.isEmpty()) {
            run.note("nothing is saved there yet to resume from: the run begins anew");
        } else {
            return Optional.of(load(newest.get()));
        }
        return Optional.empty();
    }

    private Place load(Path save) throws IOException {
        Header header = header(save);
        Settings then = header.settings();
        requireSame("seed", settings.seed(), then.seed(), save);
        requireSame("length", settings.length(), then.length(), save);
        requireSame("recipe", settings.recipe(), then.recipe(), save);
        requireSame("optimiser", settings.optimizer(), then.optimizer(), save);
        requireSame("number of micro-batches", settings.microBatches(), then.microBatches(), save);
        run.start();
        Map<String, NDArray> arrays =
                ArrayFile.read(save.resolve("arrays.bin"), run.model().getNDManager());
        try {
            for (Pair<String, Parameter> pair : run.model().getBlock().getParameters()) {
                SavedState.copy(
                        "weight " + pair.getKey(), arrays, pair.getValue().getArray());
            }
            optimizer.load(new SavedState.Reader("optimizer ", header.numbers(), arrays));
            eachMethod((prefix, hooks) -> hooks.load(new SavedState.Reader(prefix, header.numbers(), arrays)));
        } finally {
            arrays.values().forEach(NDArray::close);
        }
        return header.place();
    }

    static Header header(Path save) throws IOException {
        Header header;
        try (Reader text = new InputStreamReader(
                new FileInputStream(save.resolve("run.json").toFile()), StandardCharsets.UTF_8)) {
            header = GSON.fromJson(text, Header.class);
        } catch (RuntimeException | FileNotFoundException e) {
            // Gson tells of a broken file in several exception types.
            throw damaged(save, e);
        }
        if (header == null || header.schema() == SCHEMA && !header.whole()) {
            throw damaged(save, null);
        }
        if (header.schema() != SCHEMA) {
            throw new IllegalStateException("expected a saved run of schema " + SCHEMA + " in " + save
                    + ", found schema " + header.schema() + ": resume with the version that wrote it");
        }
        return header;
    }

    private static IllegalStateException damaged(Path save, Exception cause) {
        return new IllegalStateException(
                "expected a saved run in " + save + ", found a missing or damaged run.json: delete that folder, to go"
                        + " on from the save before it",
                cause);
    }

    private static void requireSame(String what, Object now, Object then, Path save) {
        if (!now.equals(then)) {
            throw new IllegalArgumentException("expected the " + what + " of the saved run in " + save + ", which is "
                    + then + ", got " + now + ": resume with the same settings or save elsewhere");
        }
    }

    private interface MethodState {
        void visit(String prefix, Hooks hooks);
    }

    private void eachMethod(MethodState visitor) {
        List<EfficiencyMethod> methods = run.recipe().methods();
        for (int i = 0; i < methods.size(); i++) {
            visitor.visit("method " + methods.get(i).name() + " ", run.hooks().get(i));
        }
    }
}
