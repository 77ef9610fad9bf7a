package org.vivace.notebooks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.vivace.datasets.ByteText;
import org.vivace.datasets.TextFiles;
import org.vivace.datasets.WordNetText;
import org.vivace.models.Gpt;
import picocli.CommandLine.Option;

/** The sizes and the text of the {@code language} workload. */
final class LanguageOptions {

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
            paramLabel = "PATH",
            description = "A UTF-8 file, or a folder of them, to learn from (default: WordNet's definitions).")
    private Path data;

    /** @throws IllegalArgumentException where the sizes do not fit each other or the text is too short */
    Language workload() throws IOException {
        Gpt.Settings sizes = new Gpt.Settings(BYTES, or(width, 384), or(layers, 6), or(heads, 6), or(context, 256), 0);
        String text = data == null ? WordNetText.read() : TextFiles.read(data);
        String source = data == null
                ? "WordNet 3.1, definitions and examples"
                : data + ", " + text.getBytes(StandardCharsets.UTF_8).length + " bytes";
        Language language = new Language(sizes, or(batch, 16), ByteText.of(text), source, HELD_OUT_BYTES);
        language.train();
        language.validation();
        return language;
    }

    private static int or(Integer given, int byDefault) {
        return given == null ? byDefault : given;
    }
}
