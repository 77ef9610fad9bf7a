package org.vivace.notebooks;

import java.io.IOException;
import org.vivace.datasets.Cifar10;
import org.vivace.datasets.DataSetCatalog;
import org.vivace.datasets.FashionMnist;
import org.vivace.datasets.Glyphs;
import org.vivace.datasets.Images;
import org.vivace.models.ResNet9;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The sizes and the images of the {@code vision} workload. */
final class VisionOptions {

    private static final int COLOURS = 3;
    private static final int BORDER = 2;
    private static final int SHIFT = 4;
    private static final int GLYPHS = 6000;
    private static final int GLYPHS_HELD_OUT = 1000;

    @Option(names = "--channels", paramLabel = "N", description = "Channels of the first layer (default: 64).")
    private Integer channels;

    @Option(names = "--batch", paramLabel = "N", description = "Images in a batch (default: 128).")
    private Integer batch;

    @Option(names = "--held-out", paramLabel = "N", description = "Evaluate on at most so many images (default: all).")
    private Integer heldOut;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--data",
            paramLabel = "NAME",
            description = "cifar10, fashion-mnist or glyphs (default: fashion-mnist where it is on this machine, else"
                    + " glyphs, which are drawn).")
    private String data;

    /** What to train on, what to evaluate on, and what to call it. */
    private record Split(Images train, Images test, String source) {}

    /**
     * The workload, its images as 3×32×32.
     *
     * @throws ParameterException where a size is out of range, or there are no data of that name
     * @throws IllegalStateException where the data are not on this machine
     */
    Vision workload() throws IOException {
        Split split = split();
        try {
            ResNet9.Settings sizes =
                    new ResNet9.Settings(channels == null ? 64 : channels, split.train.classes(), COLOURS);
            int size = batch == null ? 128 : batch;
            Images test = heldOut == null ? split.test : split.test.take(heldOut);
            return new Vision(sizes, size, split.train.batch(size), test.batch(size), split.source);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), e.getMessage(), e);
        }
    }

    private Split split() throws IOException {
        boolean fashion = found("fashion-mnist");
        return switch (data == null ? (fashion ? "fashion-mnist" : "glyphs") : data) {
            case "glyphs" ->
                new Split(
                        Glyphs.of(GLYPHS, 1).rgb(),
                        Glyphs.of(GLYPHS_HELD_OUT, 2).rgb(),
                        "rendered glyphs");
            case "fashion-mnist" -> {
                require("fashion-mnist");
                yield new Split(
                        FashionMnist.train().padded(BORDER).rgb(),
                        FashionMnist.test().padded(BORDER).rgb(),
                        "Fashion-MNIST");
            }
            case "cifar10", "cifar-10" -> {
                require("cifar-10");
                yield new Split(
                        Cifar10.train().flipped().shifted(SHIFT),
                        Cifar10.test(),
                        "CIFAR-10, in training mirrored at random and shifted by up to " + SHIFT + " pixels");
            }
            default ->
                throw new ParameterException(
                        command.commandLine(), "--data must be cifar10, fashion-mnist or glyphs, got " + data);
        };
    }

    private static void require(String name) {
        if (!found(name)) {
            throw new IllegalStateException("expected " + name
                    + " on this machine, found it not: run './vivace data fetch " + name + "' first");
        }
    }

    private static boolean found(String name) {
        return new DataSetCatalog().get(name).found().isPresent();
    }
}
