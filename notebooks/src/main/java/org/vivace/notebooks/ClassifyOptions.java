package org.vivace.notebooks;

import java.io.IOException;
import java.util.function.Supplier;
import org.vivace.datasets.DataSet;
import org.vivace.datasets.DataSetCatalog;
import org.vivace.datasets.SpamAssassin;
import org.vivace.datasets.Texts;
import org.vivace.datasets.WordNetEntries;
import org.vivace.models.Encoder;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The sizes of the {@code classify} workload. */
final class ClassifyOptions {

    static final String MAILS = "spam-assassin";

    @Option(names = "--width", paramLabel = "N", description = "Numbers per position (default: 128).")
    private Integer width;

    @Option(names = "--layers", paramLabel = "N", description = "Encoder layers (default: 4).")
    private Integer layers;

    @Option(names = "--heads", paramLabel = "N", description = "Attention heads (default: 4).")
    private Integer heads;

    @Option(names = "--batch", paramLabel = "N", description = "Mails in a batch (default: 16).")
    private Integer batch;

    @Option(
            names = "--longest",
            paramLabel = "N",
            description = "Cut mails to their first N bytes; plain attention's memory grows with the square of it"
                    + " (default: 1024).")
    private Integer longest;

    @Option(
            names = "--data",
            paramLabel = "NAME",
            description = "mails, or wordnet: which part of speech a dictionary's entry defines (default: mails).")
    private String data;

    @Option(names = "--held-out", paramLabel = "N", description = "Evaluate on at most so many texts (default: all).")
    private Integer heldOut;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    /**
     * @throws ParameterException where a size is out of range
     * @throws IOException where the mails are not on this machine, or damaged
     */
    Classify workload() throws IOException {
        boolean mails = mails();
        // What is wrong with the sizes is said also where the data are missing.
        Encoder.Settings sizes = refusing(() -> new Encoder.Settings(
                Texts.PADDING + 1,
                or(width, 128),
                or(layers, 4),
                or(heads, 4),
                or(longest, 1024),
                (mails ? SpamAssassin.CLASS_NAMES : WordNetEntries.CLASS_NAMES).size(),
                Texts.PADDING));
        Split split = mails ? splitOfMails() : splitOfWordNet();
        Classify classify = refusing(() -> new Classify(
                sizes,
                or(batch, 16),
                split.train(),
                heldOut == null ? split.test() : split.test().take(heldOut),
                split.source()));
        // Fails where a batch has no size.
        refusing(classify::train);
        return classify;
    }

    /** What to train on, what to evaluate on, and what to call it. */
    private record Split(Texts train, Texts test, String source) {}

    private boolean mails() {
        return switch (data == null ? "mails" : data) {
            case "mails" -> true;
            case "wordnet" -> false;
            default ->
                throw new ParameterException(command.commandLine(), "--data must be mails or wordnet, got " + data);
        };
    }

    private static Split splitOfMails() throws IOException {
        requireFound(new DataSetCatalog().get(MAILS));
        return new Split(SpamAssassin.train(), SpamAssassin.test(), "SpamAssassin's mails");
    }

    private static Split splitOfWordNet() {
        return new Split(WordNetEntries.train(), WordNetEntries.test(), "WordNet 3.1, the part of speech of an entry");
    }

    private <T> T refusing(Supplier<T> sized) {
        try {
            return sized.get();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), e.getMessage(), e);
        }
    }

    /** A measurement does not begin by fetching data unasked. */
    static void requireFound(DataSet mails) throws IOException {
        if (mails.found().isEmpty()) {
            throw new IOException("expected the mails of the SpamAssassin corpus on this machine, found none: run"
                    + " './vivace data fetch " + mails.name() + "' first");
        }
    }

    private static int or(Integer given, int byDefault) {
        return given == null ? byDefault : given;
    }
}
