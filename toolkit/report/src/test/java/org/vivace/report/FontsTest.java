package org.vivace.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.AWTError;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class FontsTest {

    private static final String MISSING =
            "plots need fonts and Java finds none on this machine: install fontconfig and a"
                    + " font such as fonts-dejavu-core";

    /** What a child JVM without fonts runs. */
    static final class WithoutFonts {

        private WithoutFonts() {}

        @SuppressWarnings("SystemOut") // The parent reads it.
        public static void main(String[] args) {
            System.out.print(Fonts.obstacle().orElse("none") + " / " + Fonts.available());
        }
    }

    @Test
    void everyWayInWhichJavaTellsOfMissingFontsIsUnderstood() {
        for (Throwable thrown : List.of(
                new InternalError("java.lang.reflect.InvocationTargetException"),
                new NullPointerException("\"sun.awt.FontConfiguration.head\" is null"),
                new RuntimeException("Fontconfig head is null, check your fonts or fonts configuration"),
                new UnsatisfiedLinkError("libfreetype.so.6: cannot open shared object file"),
                new NoClassDefFoundError("Could not initialize class sun.awt.X11FontManager"))) {
            assertThat(Fonts.obstacle(() -> raise(thrown))).contains(MISSING);
        }
    }

    @Test
    void aDisplayThatDoesNotAnswerIsNotTakenForMissingFonts() {
        assertThat(Fonts.obstacle(() -> raise(new AWTError("Can't connect to X11 window server"))))
                .contains("plots need no display, but Java was pointed to one that does not answer: unset DISPLAY or"
                        + " start Java with -Djava.awt.headless=true");
    }

    @Test
    void drawingThatWorksHasNoObstacle() {
        assertThat(Fonts.obstacle(() -> {})).isEmpty();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aMachineWithoutFontsIsRecognised(@TempDir Path folder) throws Exception {
        Path empty = Files.writeString(folder.resolve("fonts.conf"), "<fontconfig/>");
        ProcessBuilder child = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.awt.headless=true",
                // The JDK keeps a list of fonts found earlier in the user's folder.
                "-Duser.home=" + folder,
                "-cp",
                classes(Fonts.class) + File.pathSeparator + classes(FontsTest.class),
                WithoutFonts.class.getName());
        child.environment().put("FONTCONFIG_FILE", empty.toString());
        Process process = child.redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(said).isEqualTo(MISSING + " / false");
    }

    private static String classes(Class<?> type) throws Exception {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI())
                .toString();
    }

    private static void raise(Throwable thrown) {
        if (thrown instanceof Error error) {
            throw error;
        }
        throw (RuntimeException) thrown;
    }
}
