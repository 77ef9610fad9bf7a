package org.vivace.report;

import java.awt.AWTError;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.Optional;

/** Whether Java2D can draw text here, which a bare container without fonts cannot. */
public final class Fonts {

    private static final String MISSING = "plots need fonts and Java finds none on this machine: install fontconfig and"
            + " a font such as fonts-dejavu-core";

    private static final String NO_DISPLAY = "plots need no display, but Java was pointed to one that does not answer:"
            + " unset DISPLAY or start Java with -Djava.awt.headless=true";

    private Fonts() {}

    public static boolean available() {
        return obstacle().isEmpty();
    }

    /** One sentence on what keeps plots from being drawn and what to do about it, or empty where nothing does. */
    public static Optional<String> obstacle() {
        return Here.OBSTACLE;
    }

    /** Looked up once: what failed to load in a JVM keeps failing, with less of a reason each time. */
    private static final class Here {
        static final Optional<String> OBSTACLE = obstacle(Fonts::drawOneWord);
    }

    static Optional<String> obstacle(Runnable drawing) {
        try {
            drawing.run();
            return Optional.empty();
        } catch (AWTError e) {
            return Optional.of(NO_DISPLAY);
        } catch (RuntimeException | LinkageError | InternalError e) {
            // Without fonts an InternalError, without the font libraries an UnsatisfiedLinkError, on older JDKs a
            // NullPointerException: all mean the same to the user.
            return Optional.of(MISSING);
        }
    }

    private static void drawOneWord() {
        Graphics2D graphics = new BufferedImage(64, 32, BufferedImage.TYPE_INT_RGB).createGraphics();
        try {
            graphics.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 20));
            graphics.drawString("Vivace", 2, 24);
        } finally {
            graphics.dispose();
        }
    }
}
