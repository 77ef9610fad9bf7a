package org.vivace.jupyter;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vivace.architecture.Project;
import org.vivace.browser.Browser;

/** A method's notebook as its reader sees it: Jupyter in a browser, all cells run, on a projector of 1280 pixels. */
@Tag("slow")
class BrowserNotebookTest {

    private static final String NOTEBOOK = "fused-adamw.ipynb";

    @TempDir
    private static Path folder;

    private static List<ProcessHandle> before;
    private static NotebookServer server;
    private static Browser browser;
    private static NotebookPage page;

    @BeforeAll
    static void run() throws Exception {
        before = ProcessHandle.current().descendants().toList();
        // A copy, since Jupyter saves what it shows.
        Path notebooks = Files.createDirectories(folder.resolve("notebooks"));
        Files.copy(Project.root().resolve("notebooks").resolve(NOTEBOOK), notebooks.resolve(NOTEBOOK));
        Jupyter jupyter = Jupyter.ofThisProcess().with(Map.of("VIVACE_SIZE", "quick"));
        server = NotebookServer.start(
                NotebookRun.privately(
                        jupyter, KernelSpecs.maven("java", Project.root()), "java", folder.resolve("data")),
                notebooks,
                folder);
        browser = Browser.start(folder.resolve("browser"));
        page = NotebookPage.open(browser, server.address(NOTEBOOK));
        page.runAll();
        try {
            page.awaitProgress();
            picture("-running");
            page.awaitEnd();
        } finally {
            picture("");
        }
    }

    /** For people to look at. */
    private static void picture(String when) throws Exception {
        page.picture(Path.of("target", "browser", NOTEBOOK.replace(".ipynb", when + ".png")));
    }

    @AfterAll
    static void end() throws Exception {
        List<ProcessHandle> started = ProcessHandle.current()
                .descendants()
                .filter(process -> !before.contains(process))
                .toList();
        try (NotebookServer endedLast = server;
                Browser endedFirst = browser) {
            // Both are ended, also where ending one of them fails.
        }
        long limit = System.nanoTime() + 30_000_000_000L;
        while (started.stream().anyMatch(BrowserNotebookTest::runs) && System.nanoTime() < limit) {
            Thread.sleep(100);
        }
        assertThat(started).as("processes of the test").noneMatch(BrowserNotebookTest::runs);
        assertThat(started.isEmpty()).as("no process was known").isEqualTo(server == null);
    }

    /** One that has ended but that nobody has asked about is there, and has no command. */
    private static boolean runs(ProcessHandle process) {
        return process.isAlive() && process.info().command().isPresent();
    }

    @Test
    void theKernelIsTheOneThatTheNotebookNames() {
        assertThat(page.kernel()).isEqualTo("java");
    }

    @Test
    void nothingFailsAndNothingIsOnStandardError() {
        assertThat(page.outputs(".output_error")).isEmpty();
        assertThat(page.outputs(".output_stderr")).isEmpty();
    }

    @Test
    void progressIsOneLineThatChanges() {
        assertThat(page.progress()).as("states of the line").hasSizeGreaterThan(1);
        assertThat(page.mostProgressAtOnce()).as("lines at a time").isEqualTo(1);
        assertThat(page.progressNow()).as("lines that are left").isZero();
        assertThat(page.outputs("pre")).anyMatch(text -> text.matches("took [\\d.]+ s"));
    }

    @Test
    void plotsAndTablesAreThere() {
        assertThat(page.outputs("img")).isNotEmpty();
        assertThat(page.outputs("table")).isNotEmpty();
    }

    @Test
    void everythingIsReadableAndNothingIsCutOff() {
        assertThat(page.complaints()).isEmpty();
    }

    @Test
    void whatIsNotReadableIsNoticed() {
        assertThat(page.complaintsWith("""
                <p style="width: 50px; font-size: 11px; white-space: nowrap">much longer than fifty pixels</p>
                <img alt="broken" src="data:image/png;base64,AAAA">
                <div style="width: 1400px">wide</div>
                <div style="height: 9px; overflow: hidden">flat</div>"""))
                .contains(
                        "p \"much longer than fifty pixels\" is cut off at its right",
                        "p \"much longer than fifty pixels\" is too small",
                        "img \"broken\" is not rendered",
                        "div \"wide\" leaves the page",
                        "div \"flat\" is cut off at its foot");
    }

    @Test
    void theChecksOfTheLastCellPass() {
        List<String> code = page.code();
        long checks = Pattern.compile("\\bCheck\\.")
                .matcher(code.get(code.size() - 1))
                .results()
                .count();
        List<String> printed = page.outputs(".output_stdout");
        assertThat(printed.get(printed.size() - 1).lines())
                .hasSize((int) checks)
                .allMatch(line -> line.startsWith("ok: "));
    }
}
