package org.vivace.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** The system's own Chromium, without a window, as wide and high as a projector. */
final class Browser implements AutoCloseable {

    private static final String COMPLAINTS = """
            const found = [], width = document.documentElement.clientWidth;
            const name = e => e.tagName.toLowerCase() + ' "' + (e.alt || e.textContent).trim().slice(0, 40) + '"';
            for (const image of document.images)
              if (!image.complete || image.naturalWidth === 0) found.push(name(image) + ' is not rendered');
            if (document.documentElement.scrollWidth > width)
              found.push('the page is ' + document.documentElement.scrollWidth + ' pixels wide');
            for (const e of document.body.querySelectorAll('*')) {
              const box = e.getBoundingClientRect();
              if (box.left < -0.5 || box.right > width + 0.5) found.push(name(e) + ' leaves the screen');
            }
            for (const e of document.querySelectorAll('h1, p, th, td, dt, dd, figcaption')) {
              if (e.scrollWidth > e.clientWidth + 1) found.push(name(e) + ' overflows');
              if (parseFloat(getComputedStyle(e).fontSize) < 16) found.push(name(e) + ' is too small');
            }
            const head = document.querySelector('h1').getBoundingClientRect();
            if (head.top < 0 || head.bottom > innerHeight) found.push('the headline is out of sight');
            return found;
            """;

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
    static Browser start(Path folder) {
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
        ChromeDriver driver = new ChromeDriver(service, options);
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", Theme.WIDTH, "height", Theme.HEIGHT, "deviceScaleFactor", 1, "mobile", false));
        return new Browser(driver);
    }

    /** What is wrong with how the page looks, or with what it says on the console. */
    List<String> complaints(Path page) {
        driver.get(page.toUri().toString());
        List<String> found = new ArrayList<>();
        ((List<?>) driver.executeScript(COMPLAINTS)).forEach(each -> found.add(each.toString()));
        driver.manage().logs().get(LogType.BROWSER).forEach(entry -> found.add("console: " + entry.getMessage()));
        return found;
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
