package org.vivace.train;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import ai.djl.util.Pair;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.vivace.train.TrainingRecord.Evaluation;
import org.vivace.train.TrainingRecord.Point;

/**
 * A run on disk: one folder a save, {@code step-000000000120}, with {@code run.json} and {@code arrays.bin}. A save is
 * written under another name and renamed when it is complete, so whatever has the name is whole.
 */
final class Saves {

    /** Where a run is, and what it has recorded so far. */
    record Place(long step, long epochStart, double seconds, List<Point> curve, List<Evaluation> evaluations) {}

    /** What must be the same for the second process to go on exactly as the first would have. */
    private record Header(
            int schema, long seed, long steps, List<String> recipe, Map<String, Double> numbers, Place place) {}

    private static final int SCHEMA = 1;
    private static final int KEPT = 2;
    private static final String PREFIX = "step-";
    private static final Gson GSON =
            new GsonBuilder().serializeSpecialFloatingPointValues().create();

    private final Training.Saving saving;
    private final Run run;
    private final StockOptimizerState optimizer;

    Saves(Training.Saving saving, Start start) {
        this.saving = saving;
        this.run = start.run();
        this.optimizer = StockOptimizerState.of(start.config().getOptimizer(), run);
    }

    void save(Place place) throws IOException {
        Files.createDirectories(saving.folder());
        Path partial = Files.createTempDirectory(saving.folder(), ".partial-");
        try {
            Map<String, Double> numbers = new LinkedHashMap<>();
            try (ArrayFile.Writer arrays = ArrayFile.write(partial.resolve("arrays.bin"))) {
                for (Pair<String, Parameter> pair : run.model().getBlock().getParameters()) {
                    arrays.put("weight " + pair.getKey(), pair.getValue().getArray());
                }
                optimizer.save(new Writer("optimizer ", numbers, arrays));
                eachMethod((prefix, hooks) -> hooks.save(new Writer(prefix, numbers, arrays)));
            }
            Header header = new Header(SCHEMA, seed(), length(), run.recipe().labels(), numbers, place);
            Files.writeString(partial.resolve("run.json"), GSON.toJson(header));
            Files.move(partial, folder(place.step()), StandardCopyOption.ATOMIC_MOVE);
        } finally {
            delete(partial);
        }
        List<Path> all = complete();
        for (Path old : all.subList(0, Math.max(0, all.size() - KEPT))) {
            delete(old);
        }
    }

    /** Puts the run where the newest save left it; nothing where there is none. */
    Optional<Place> load() throws IOException {
        List<Path> all = complete();
        if (all.isEmpty()) {
            run.note("nothing is saved in " + saving.folder() + ": the run begins anew");
            return Optional.empty();
        }
        Path newest = all.get(all.size() - 1);
        Header header = header(newest);
        requireSame("seed", seed(), header.seed(), newest);
        requireSame("number of steps", length(), header.steps(), newest);
        requireSame("recipe", run.recipe().labels(), header.recipe(), newest);
        run.start();
        Map<String, NDArray> arrays =
                ArrayFile.read(newest.resolve("arrays.bin"), run.model().getNDManager());
        try {
            for (Pair<String, Parameter> pair : run.model().getBlock().getParameters()) {
                copy("weight " + pair.getKey(), arrays, pair.getValue().getArray());
            }
            optimizer.load(new Reader("optimizer ", header.numbers(), arrays));
            eachMethod((prefix, hooks) -> hooks.load(new Reader(prefix, header.numbers(), arrays)));
        } finally {
            arrays.values().forEach(NDArray::close);
        }
        return Optional.of(header.place());
    }

    private Header header(Path save) throws IOException {
        Header header;
        try {
            header = GSON.fromJson(Files.readString(save.resolve("run.json")), Header.class);
        } catch (JsonParseException e) {
            throw new IllegalStateException(
                    "expected a saved run in " + save + ", found a run.json that is not JSON: delete that folder", e);
        }
        if (header == null || header.schema() != SCHEMA) {
            throw new IllegalStateException("expected a saved run of schema " + SCHEMA + " in " + save + ", found "
                    + (header == null ? "an empty file" : "schema " + header.schema())
                    + ": resume with the version that wrote it");
        }
        return header;
    }

    private static void requireSame(String what, Object now, Object then, Path save) {
        if (!now.equals(then)) {
            throw new IllegalArgumentException("expected the " + what + " of the saved run in " + save + ", which is "
                    + then + ", got " + now + ": resume with the same settings or save elsewhere");
        }
    }

    private long seed() {
        return run.settings().seed().orElseThrow();
    }

    private long length() {
        return run.settings().steps().orElse(0);
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

    private Path folder(long step) {
        return saving.folder().resolve(String.format("%s%012d", PREFIX, step));
    }

    /** Oldest first. */
    private List<Path> complete() throws IOException {
        if (!Files.isDirectory(saving.folder())) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(saving.folder())) {
            return new ArrayList<>(
                    entries.filter(entry -> entry.getFileName().toString().startsWith(PREFIX))
                            .sorted()
                            .toList());
        }
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> entries = Files.walk(folder)) {
            for (Path entry : entries.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(entry);
            }
        }
    }

    private static void copy(String name, Map<String, NDArray> arrays, NDArray into) {
        NDArray saved = arrays.get(name);
        if (saved == null || !saved.getShape().equals(into.getShape())) {
            throw new IllegalStateException(
                    "expected " + name + " of shape " + into.getShape() + " in the saved run, found "
                            + (saved == null ? "nothing of that name" : "shape " + saved.getShape())
                            + ": resume with the model that was saved");
        }
        saved.copyTo(into);
    }

    private record Writer(String prefix, Map<String, Double> numbers, ArrayFile.Writer arrays) implements State.Writer {

        @Override
        public void number(String name, double value) {
            numbers.put(prefix + name, value);
        }

        @Override
        public void array(String name, NDArray value) {
            arrays.put(prefix + name, value);
        }
    }

    private record Reader(String prefix, Map<String, Double> numbers, Map<String, NDArray> arrays)
            implements State.Reader {

        @Override
        public double number(String name) {
            Double value = numbers.get(prefix + name);
            if (value == null) {
                throw new IllegalStateException("expected the number " + prefix + name
                        + " in the saved run, found nothing of that name: resume with the version that wrote it");
            }
            return value;
        }

        @Override
        public void array(String name, NDArray into) {
            copy(prefix + name, arrays, into);
        }

        @Override
        public boolean has(String name) {
            return numbers.containsKey(prefix + name) || arrays.containsKey(prefix + name);
        }
    }
}
