package org.vivace.train;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.util.Pair;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.zip.CRC32;
import org.vivace.torch.Finite;
import org.vivace.train.SavedHeader.Place;
import org.vivace.train.SavedHeader.Settings;

/** The saves of a run. Each has {@code run.json}, for names and numbers, and {@code arrays.bin}. */
final class Saves {

    private static final String ARRAYS = "arrays.bin";
    private static final String CHECKSUM = "checksum of " + SavedHeader.FILE;

    private final SaveFolder folder;
    private final boolean resume;
    private final Run run;
    private final Settings settings;
    private final StockOptimizerState optimizer;

    Saves(Training training, Saving saving, Start start) throws IOException {
        run = start.run();
        resume = saving.resume();
        Optimizer used = start.config().getOptimizer();
        optimizer = StockOptimizerState.of(used)
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
                training.split.microBatches(),
                training.split.devices().size());
        folder = new SaveFolder(saving.folder());
    }

    /** @throws IllegalStateException if a weight is not finite; nothing is written then */
    void save(Place place) throws IOException {
        Map<String, NDArray> weights = new LinkedHashMap<>();
        for (NamedParameter named : run.trained().every()) {
            if (changes(named, frozen())) {
                weights.put(named.path(), named.array());
            }
        }
        notFinite(weights).ifPresent(path -> {
            throw new IllegalStateException("expected finite weights to save at step " + place.step()
                    + ", found some that are not in " + path
                    + ": lower the learning rate, and resume from the save before it");
        });
        folder.save(place.step(), save -> {
            Map<String, Double> numbers = new LinkedHashMap<>();
            try (ArrayFile.Writer arrays = ArrayFile.write(save.resolve(ARRAYS))) {
                for (Pair<String, Parameter> pair : run.model().getBlock().getParameters()) {
                    arrays.put("weight " + pair.getKey(), pair.getValue().getArray());
                }
                optimizer.save(run, new SavedState.Writer("optimizer ", numbers, arrays));
                eachMethod((prefix, hooks) -> hooks.save(new SavedState.Writer(prefix, numbers, arrays)));
                String header =
                        SavedHeader.of(settings, numbers, place, frozen()).json();
                try (NDArray checksum = run.model().getNDManager().create(checksum(header.getBytes(UTF_8)))) {
                    arrays.put(CHECKSUM, checksum);
                }
                arrays.finish();
                SaveFolder.write(save.resolve(SavedHeader.FILE), header);
            }
        });
    }

    private static long checksum(byte[] bytes) {
        CRC32 checksum = new CRC32();
        checksum.update(bytes);
        return checksum.getValue();
    }

    /** Whether training changes a parameter. A frozen one, such as a mask, may hold an infinity. */
    private static boolean changes(NamedParameter named, List<String> frozen) {
        return switch (named.parameter().getType()) {
            case RUNNING_MEAN, RUNNING_VAR -> true;
            default -> !frozen.contains(named.path());
        };
    }

    /** The name of the first array with a value that is infinite or not a number. */
    private static Optional<String> notFinite(Map<String, NDArray> arrays) {
        OptionalInt place = Finite.firstNotFinite(List.copyOf(arrays.values()));
        return place.isEmpty()
                ? Optional.empty()
                : Optional.of(List.copyOf(arrays.keySet()).get(place.getAsInt()));
    }

    private List<String> frozen() {
        return run.trained().every().stream()
                .filter(named -> !named.parameter().requiresGradient())
                .map(NamedParameter::path)
                .toList();
    }

    /** Which parameters are trained is part of the saved state: code that froze some during the run does not do so again. */
    private void freezeAs(List<String> frozen) {
        for (NamedParameter named : run.trained().every()) {
            boolean freeze = frozen.contains(named.path());
            if (freeze == named.parameter().requiresGradient()) {
                named.parameter().freeze(freeze);
            }
        }
    }

    /**
     * Restores the run from the newest good save; empty if there are no saves. Newer saves that are damaged are set
     * aside, with a note.
     *
     * @throws IllegalArgumentException if the save is of a run with other settings, or if there is a save but the run
     *     is not set to resume
     * @throws IllegalStateException if all saves are damaged, or the newest is of another version or model
     */
    Optional<Place> load() throws IOException {
        List<Path> saves = folder.newestFirst();
        if (!resume && !saves.isEmpty()) {
            throw new IllegalArgumentException("expected a folder without saves for a new run, found " + saves.get(0)
                    + ": call resume(…) to continue from there, or save elsewhere");
        }
        if (resume && saves.isEmpty()) {
            run.note("there is no save to resume from yet: the run starts from the beginning");
        }
        return saves.isEmpty() ? Optional.empty() : Optional.of(newestGood(saves));
    }

    private Place newestGood(List<Path> saves) throws IOException {
        List<String> damages = new ArrayList<>();
        for (Path save : saves) {
            try (Saved saved = read(save)) {
                for (int i = 0; i < damages.size(); i++) {
                    run.note("the save in " + saves.get(i) + " is damaged (" + damages.get(i) + ") and was moved to "
                            + folder.setAside(saves.get(i)) + ": the run continues from " + save);
                }
                return restore(save, saved);
            } catch (DamagedSaveException e) {
                damages.add(e.getMessage());
            }
        }
        throw new IllegalStateException(
                "expected a good save to resume from in " + saves.get(0).getParent() + ", found "
                        + saves.size() + " that are damaged (" + String.join(", ", damages)
                        + "): move them away to start the run from the beginning");
    }

    private record Saved(SavedHeader header, Map<String, NDArray> arrays) implements AutoCloseable {

        @Override
        public void close() {
            arrays.values().forEach(NDArray::close);
        }
    }

    private Place restore(Path save, Saved saved) {
        SavedHeader header = saved.header();
        settings.requireSame(header.settings(), save);
        if (header.frozen() != null) {
            freezeAs(header.frozen());
        }
        run.start();
        for (Pair<String, Parameter> pair : run.model().getBlock().getParameters()) {
            SavedState.copy(
                    "weight " + pair.getKey(), saved.arrays(), pair.getValue().getArray());
        }
        optimizer.load(run, new SavedState.Reader("optimizer ", header.numbers(), saved.arrays()));
        eachMethod((prefix, hooks) -> hooks.load(new SavedState.Reader(prefix, header.numbers(), saved.arrays())));
        return header.place();
    }

    /** @throws DamagedSaveException if it is not what was written, or its weights are not finite */
    private Saved read(Path save) throws IOException {
        byte[] text = SavedHeader.bytes(save);
        SavedHeader header = SavedHeader.parse(save, text);
        Saved saved = new Saved(header, arrays(save));
        try {
            NDArray checksum = saved.arrays().get(CHECKSUM);
            if (checksum != null && checksum.toLongArray()[0] != checksum(text)) {
                throw new DamagedSaveException(SavedHeader.FILE + " is not the one that was written");
            }
            requireFinite(saved);
            return saved;
        } catch (RuntimeException e) {
            saved.close();
            throw e;
        }
    }

    private void requireFinite(Saved saved) {
        List<String> frozen = saved.header().frozen() != null ? saved.header().frozen() : frozen();
        Map<String, NDArray> weights = new LinkedHashMap<>();
        for (NamedParameter named : run.trained().every()) {
            NDArray array = saved.arrays().get("weight " + named.path());
            if (array != null && changes(named, frozen)) {
                weights.put(named.path(), array);
            }
        }
        notFinite(weights).ifPresent(path -> {
            throw new DamagedSaveException("the weights of " + path + " are not finite");
        });
    }

    private Map<String, NDArray> arrays(Path save) throws IOException {
        try {
            return ArrayFile.read(save.resolve(ARRAYS), run.model().getNDManager());
        } catch (FileNotFoundException | NoSuchFileException | DamagedSaveException e) {
            throw new DamagedSaveException(ARRAYS + " is missing or damaged", e);
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
