package org.vivace.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** The system's own Chromium, without a window, as wide and high as a projector: 1280 by 720 pixels. */
public final class Browser implements AutoCloseable {

    private static final int WIDTH = 1280;
    private static final int HEIGHT = 720;

    /** Selenium warns that it has no helpers for the tools of a Chromium this new; none are used here. */
    private static final Logger SELENIUM = Logger.getLogger("org.openqa.selenium");

    private final ChromeDriver driver;

    private Browser(ChromeDriver driver) {
        this.driver = driver;
    }

    /**
     * Starts Chromium, or skips the test where there is none; with the environment variable VIVACE_BROWSER_TEST set to
     * {@code required} the test fails there.
     *
     * @param folder fresh, for what the browser stores
     */
    public static Browser start(Path folder) {
        Optional<Path> chromium = command("chromium");
        Optional<Path> chromedriver = command("chromedriver");
        boolean there = chromium.isPresent() && chromedriver.isPresent();
        String sentence = "the page is looked at with the commands chromium and chromedriver, found " + chromium
                + " and " + chromedriver + ": install Debian's chromium and chromium-driver";
        if ("required".equals(System.getenv("VIVACE_BROWSER_TEST"))) {
            assertThat(there).as(sentence).isTrue();
        }
        assumeTrue(there, sentence);
        SELENIUM.setLevel(Level.SEVERE);
        LoggingPreferences console = new LoggingPreferences();
        console.enable(LogType.BROWSER, Level.ALL);
        ChromeOptions options = new ChromeOptions();
        options.setBinary(chromium.orElseThrow().toFile());
        options.addArguments(
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--user-data-dir=" + folder);
        options.setCapability("goog:loggingPrefs", console);
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(chromedriver.orElseThrow().toFile())
                .usingAnyFreePort()
                .build();
        Browser browser = new Browser(new ChromeDriver(service, options));
        browser.resize(HEIGHT);
        return browser;
    }

    /** Opens a page and waits until it is loaded. */
    public void open(String address) {
        driver.get(address);
    }

    /**
     * What a script returns that runs in the page.
     *
     * @param script JavaScript with a {@code return}
     * @return null, a Boolean, a Long, a Double, a String, or a List or a Map of such
     */
    public Object ask(String script) {
        return driver.executeScript(script);
    }

    /** The elements that a script returns, as texts. */
    public List<String> list(String script) {
        return ((List<?>) ask(script)).stream().map(String::valueOf).toList();
    }

    /**
     * Waits until a condition holds in the page.
     *
     * @param what is waited for, as it would stand in a sentence after "expected"
     * @param condition an expression in JavaScript
     * @throws AssertionError where it still does not hold after {@code limit}
     */
    public void await(String what, String condition, Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (!Boolean.TRUE.equals(ask("return !!(" + condition + ")"))) {
            if (System.nanoTime() > end) {
                throw new AssertionError("expected " + what + " within " + limit.toSeconds() + " s, found that "
                        + driver.getTitle() + " has not come so far and says on the console " + console());
            }
            Thread.sleep(100);
        }
    }

    /** What the page has said on the console since this was asked last. */
    public List<String> console() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .map(entry -> entry.getMessage())
                .toList();
    }

    /** Makes the screen as high as that; it stays as wide as it is. */
    public void resize(long height) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", WIDTH, "height", height, "deviceScaleFactor", 1, "mobile", false));
    }

    /** Writes what is on the screen to a file, as PNG; makes the folders that are missing. */
    public void picture(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file, driver.getScreenshotAs(OutputType.BYTES));
    }

    @Override
    public void close() {
        driver.quit();
    }

    private static Optional<Path> command(String name) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
