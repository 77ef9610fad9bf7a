package org.vivace.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vivace.browser.Browser;
import org.vivace.measure.BenchRecord;
import org.vivace.measure.Interval;
import org.vivace.measure.SampleRecord;
import org.vivace.profile.ProfileRecord;
import org.vivace.profile.Remedy;
import org.vivace.profile.SampleProfile;

/** The page as a reader sees it, on a projector of 1280 by 720 pixels. */
class PageInBrowserTest {

    /** What is wrong with how a page looks. */
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

    @TempDir
    private static Path profile;

    private static Browser browser;

    @TempDir
    private Path folder;

    @BeforeAll
    static void open() {
        assumeThat(Fonts.obstacle()).as("what keeps plots from being drawn").isEmpty();
        browser = Browser.start(profile);
    }

    @AfterAll
    static void close() {
        if (browser != null) {
            browser.close();
        }
    }

    @Test
    void stepTimesAlone() {
        look(SampleRecord.language());
    }

    @Test
    void everythingThatARecordMayHold() {
        look(SampleRecord.language()
                .withQuality(SampleQuality.language())
                .withVariants(each -> each.withPeakBytes(1L << 30))
                .withNotes(List.of("a note that is long enough to need a second line on the screen of a projector, and"
                        + " names a file: /a/very/long/path/without/any/space/that/a/line/could/be/broken/at.json")));
    }

    @Test
    void thirteenArmsWithLongNames() {
        look(SampleRecord.language().withQuality(SampleQuality.manyArms(13, 3)).asPartial());
    }

    @Test
    void aProfile() {
        ProfileRecord record = SampleProfile.language();
        ProfileReport report = ProfileReport.write(
                record.withCheck(List.of(new Remedy.Checked("Fused", 1.2, new Interval(1.1, 1.05, 1.16)))), folder);
        assertThat(report.page()).content().contains("<img").contains("What would help");
        assertThat(complaints(report.page())).isEmpty();
    }

    @Test
    void aBrokenPageIsNoticed() throws Exception {
        Path page = Files.writeString(folder.resolve("broken.html"), """
                <!DOCTYPE html>
                <div style="height: 900px; width: 1400px">wide</div>
                <h1>late</h1>
                <img alt="broken" src="data:image/png;base64,AAAA"/>
                <p style="width: 50px; font-size: 11px; white-space: nowrap">much longer than fifty pixels</p>
                <script>console.error("said on the console")</script>
                """);
        assertThat(complaints(page))
                .anyMatch(said -> said.contains("img \"broken\" is not rendered"))
                .anyMatch(said -> said.startsWith("the page is 14"))
                .anyMatch(said -> said.equals("div \"wide\" leaves the screen"))
                .anyMatch(said -> said.equals("p \"much longer than fifty pixels\" overflows"))
                .anyMatch(said -> said.equals("p \"much longer than fifty pixels\" is too small"))
                .anyMatch(said -> said.equals("the headline is out of sight"))
                .anyMatch(said -> said.contains("said on the console"));
    }

    /** What is wrong with how the page looks, or with what it says on the console. */
    private static List<String> complaints(Path page) {
        browser.open(page.toUri().toString());
        List<String> found = new ArrayList<>(browser.list(COMPLAINTS));
        browser.console().forEach(each -> found.add("console: " + each));
        return found;
    }

    private void look(BenchRecord record) {
        Report report = Report.write(record, folder);
        assertThat(report.page()).content().contains("<img");
        assertThat(complaints(report.page())).isEmpty();
    }
}
