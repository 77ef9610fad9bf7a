package org.vivace.notebooks;

import java.io.IOException;
import org.vivace.datasets.DataSetCatalog;
import org.vivace.datasets.FashionMnist;
import org.vivace.datasets.Glyphs;
import org.vivace.datasets.Images;
import org.vivace.models.ResNet9;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The sizes of the {@code vision} workload; its images are what this machine has. */
final class VisionOptions {

    private static final int COLOURS = 3;
    private static final int BORDER = 2;
    private static final int GLYPHS = 6000;
    private static final int GLYPHS_HELD_OUT = 1000;

    @Option(names = "--channels", paramLabel = "N", description = "Channels of the first layer (default: 64).")
    private Integer channels;

    @Option(names = "--batch", paramLabel = "N", description = "Images in a batch (default: 128).")
    private Integer batch;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    /**
     * Fashion-MNIST where it is on this machine, else rendered glyphs; either as 3×32×32.
     *
     * @throws ParameterException where a size is out of range
     */
    Vision workload() throws IOException {
        boolean fashion = new DataSetCatalog().get("fashion-mnist").found().isPresent();
        Images images = fashion ? FashionMnist.train().padded(BORDER) : Glyphs.of(GLYPHS, 1);
        Images heldOut = fashion ? FashionMnist.test().padded(BORDER) : Glyphs.of(GLYPHS_HELD_OUT, 2);
        try {
            ResNet9.Settings sizes = new ResNet9.Settings(channels == null ? 64 : channels, images.classes(), COLOURS);
            int size = batch == null ? 128 : batch;
            return new Vision(
                    sizes,
                    size,
                    images.rgb().batch(size),
                    heldOut.rgb().batch(size),
                    fashion ? "Fashion-MNIST" : "rendered glyphs");
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), e.getMessage(), e);
        }
    }
}
