package org.vivace.jupyter;

import java.awt.image.BufferedImage;
import java.util.Base64;
import java.util.Map;
import org.vivace.report.Plots;

/**
 * A value as Jupyter takes it.
 *
 * @param data by MIME type; images in Base64
 * @param metadata by MIME type, such as the size at which an image is to be shown
 */
public record Rendered(Map<String, String> data, Map<String, Map<String, Object>> metadata) {

    /** Of the notebook's page; a picture that is wider is shown smaller, so that it is crisp on dense screens. */
    private static final int PAGE = 1000;

    public Rendered {
        data = Map.copyOf(data);
        metadata = Map.copyOf(metadata);
    }

    static Rendered of(String text, String html) {
        return new Rendered(Map.of("text/plain", text.stripTrailing(), "text/html", html), Map.of());
    }

    static Rendered of(BufferedImage image) {
        double scale = Math.min(1, (double) PAGE / image.getWidth());
        return new Rendered(
                Map.of(
                        "text/plain",
                        "a picture, " + image.getWidth() + " x " + image.getHeight(),
                        "image/png",
                        Base64.getEncoder().encodeToString(Plots.png(image))),
                Map.of(
                        "image/png",
                        Map.of(
                                "width", (int) Math.round(scale * image.getWidth()),
                                "height", (int) Math.round(scale * image.getHeight()))));
    }
}
