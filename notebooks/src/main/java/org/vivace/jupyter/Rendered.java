package org.vivace.jupyter;

import java.awt.image.BufferedImage;
import java.util.Base64;
import java.util.Map;
import org.vivace.report.Plots;

/**
 * A value in the form that Jupyter displays.
 *
 * @param data by MIME type; images in Base64
 * @param metadata by MIME type, such as the display size of an image
 */
record Rendered(Map<String, String> data, Map<String, Map<String, Object>> metadata) {

    /** The width of the notebook's page; a wider image is scaled down, so that it is crisp on dense screens. */
    private static final int PAGE = 1000;

    Rendered {
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
