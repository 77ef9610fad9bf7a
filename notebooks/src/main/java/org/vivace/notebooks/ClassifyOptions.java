package org.vivace.notebooks;

import java.io.IOException;
import java.util.function.Supplier;
import org.vivace.datasets.DataSet;
import org.vivace.datasets.DataSetCatalog;
import org.vivace.datasets.SpamAssassin;
import org.vivace.datasets.Texts;
import org.vivace.models.Encoder;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The sizes of the {@code classify} workload. */
final class ClassifyOptions {

    private static final String MAILS = "spam-assassin";

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

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    /**
     * @throws ParameterException where a size is out of range
     * @throws IOException where the mails are not on this machine, or damaged
     */
    Classify workload() throws IOException {
        Encoder.Settings sizes = refusing(() -> new Encoder.Settings(
                Texts.PADDING + 1,
                or(width, 128),
                or(layers, 4),
                or(heads, 4),
                or(longest, 1024),
                SpamAssassin.CLASS_NAMES.size(),
                Texts.PADDING));
        requireFound(new DataSetCatalog().get(MAILS));
        Classify classify =
                new Classify(sizes, or(batch, 16), SpamAssassin.train(), SpamAssassin.test(), "SpamAssassin's mails");
        // Fails where a batch has no size.
        refusing(classify::train);
        return classify;
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
