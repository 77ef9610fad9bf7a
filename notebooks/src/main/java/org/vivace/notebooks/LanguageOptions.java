package org.vivace.notebooks;

import java.io.IOException;
import java.nio.file.Path;
import org.vivace.datasets.ByteText;
import org.vivace.datasets.DataSetCatalog;
import org.vivace.datasets.StateOfTheUnion;
import org.vivace.datasets.TextFiles;
import org.vivace.datasets.WordNetText;
import org.vivace.models.Gpt;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The sizes and the text of the {@code language} workload. */
final class LanguageOptions {

    static final String WORDNET = "WordNet 3.1, definitions and examples";

    private static final int BYTES = 256;
    private static final int HELD_OUT_BYTES = 32 * 1024;

    @Option(names = "--width", paramLabel = "N", description = "Numbers per position (default: 384).")
    private Integer width;

    @Option(names = "--layers", paramLabel = "N", description = "Decoder layers (default: 6).")
    private Integer layers;

    @Option(names = "--heads", paramLabel = "N", description = "Attention heads (default: 6).")
    private Integer heads;

    @Option(names = "--context", paramLabel = "N", description = "Bytes in a sequence (default: 256).")
    private Integer context;

    @Option(names = "--batch", paramLabel = "N", description = "Sequences in a batch (default: 16).")
    private Integer batch;

    @Option(
            names = "--data",
            paramLabel = "NAME|PATH",
            description = "wordnet, sotu (the State of the Union addresses), or the path of a UTF-8 file or a folder of"
                    + " them (default: wordnet, its definitions and examples).")
    private String data;

    @Option(
            names = "--held-out",
            paramLabel = "N",
            description = "Evaluate on at most so many bytes of the held-out tenth (default: 32768).")
    private Integer heldOut;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    /** @throws ParameterException where the sizes do not fit each other, or the text is too short for them */
    Language workload() throws IOException {
        Source source = source();
        try {
            return workload(ByteText.of(source.text()), source.name());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), e.getMessage(), e);
        }
    }

    /** A text, and what to call it. */
    private record Source(String text, String name) {}

    private Source source() throws IOException {
        return switch (data == null ? "wordnet" : data) {
            case "wordnet" -> new Source(WordNetText.read(), WORDNET);
            case "sotu" -> {
                if (new DataSetCatalog().get("sotu").found().isEmpty()) {
                    throw new IllegalStateException("expected the State of the Union addresses on this machine, found"
                            + " them not: run './vivace data fetch sotu' first");
                }
                yield new Source(StateOfTheUnion.read(), "State of the Union addresses");
            }
            default -> new Source(TextFiles.read(Path.of(data)), data);
        };
    }

    private Language workload(ByteText text, String source) {
        Gpt.Settings sizes = new Gpt.Settings(BYTES, or(width, 384), or(layers, 6), or(heads, 6), or(context, 256), 0);
        Language language = new Language(sizes, or(batch, 16), text, source, or(heldOut, HELD_OUT_BYTES));
        // Either fails where the text is too short for it.
        language.train();
        language.validation();
        return language;
    }

    private static int or(Integer given, int byDefault) {
        return given == null ? byDefault : given;
    }
}
