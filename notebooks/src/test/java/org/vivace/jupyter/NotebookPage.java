package org.vivace.jupyter;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.vivace.browser.Browser;

/** A notebook as Jupyter's classic page shows it. */
final class NotebookPage {

    /** A slow machine that does other things, too, needs minutes. */
    private static final Duration START = Duration.ofMinutes(3);

    private static final Duration RUN = Duration.ofMinutes(5);

    private static final String READY = """
            window.Jupyter && Jupyter.notebook && Jupyter.notebook._fully_loaded && Jupyter.notebook.kernel
              && Jupyter.notebook.kernel.is_connected() && Jupyter.notebook.kernel.info_reply.language_info""";

    /** Looks at every change of the page for lines of progress: those seen, and the most that were there at once. */
    private static final String WATCH = """
            window.progress = {seen: [], most: 0, now: 0};
            new MutationObserver(() => {
              const lines = Array.from(document.querySelectorAll('.output_area'), e => e.textContent).join('\\n')
                .match(/\\[[#.]{30}\\] +\\d+ % +\\d+:\\d\\d left[^\\n\\[]*/g) || [];
              progress.most = Math.max(progress.most, lines.length);
              progress.now = lines.length;
              for (const line of lines) if (!progress.seen.includes(line)) progress.seen.push(line);
            }).observe(document.querySelector('#notebook'), {childList: true, subtree: true, characterData: true});
            """;

    /** Every cell has its answer and all its outputs, or there is an error, after which Jupyter runs no other cell. */
    private static final String RAN = """
            document.querySelector('.output_error') || Jupyter.notebook.get_cells()
              .filter(cell => cell.cell_type === 'code' && cell.get_text().trim())
              .every(cell => {
                const answers = Jupyter.notebook.kernel.get_callbacks_for_msg(cell.last_msg_id);
                return answers && answers.shell_done && answers.iopub_done;
              })""";

    private static final String COMPLAINTS = """
            const found = [], page = document.querySelector('#notebook-container').getBoundingClientRect();
            const name = e => e.tagName.toLowerCase() + ' "' + (e.alt || e.textContent).trim().slice(0, 40) + '"';
            for (const output of document.querySelectorAll('.output_subarea'))
              for (const e of [output, ...output.querySelectorAll('*')]) {
                const style = getComputedStyle(e);
                if (e.clientWidth > 0 && e.scrollWidth > e.clientWidth + 1) found.push(name(e) + ' is cut off at its right');
                if (style.overflowY !== 'visible' && e.scrollHeight > e.clientHeight + 1)
                  found.push(name(e) + ' is cut off at its foot');
                if (e.getBoundingClientRect().right > page.right + 0.5) found.push(name(e) + ' leaves the page');
                const says = Array.from(e.childNodes).some(n => n.nodeType === Node.TEXT_NODE && n.textContent.trim());
                if (says && parseFloat(style.fontSize) < 12) found.push(name(e) + ' is too small');
                if (e.tagName === 'IMG' && !(e.complete && e.naturalWidth)) found.push(name(e) + ' is not rendered');
              }
            for (const e of document.querySelectorAll('.output_scroll')) found.push(name(e) + ' is in a box that scrolls');
            return found;
            """;

    private final Browser browser;

    private NotebookPage(Browser browser) {
        this.browser = browser;
    }

    /** Opens a notebook and waits until its kernel answers. */
    static NotebookPage open(Browser browser, String address) throws InterruptedException {
        browser.open(address);
        browser.await("a notebook whose kernel answers", READY, START);
        browser.ask(WATCH);
        return new NotebookPage(browser);
    }

    /** Has Jupyter run all cells, one after the other. */
    void runAll() {
        browser.ask("Jupyter.notebook.execute_all_cells()");
    }

    /** Waits until a line of progress has changed, or nothing runs any more. */
    void awaitProgress() throws InterruptedException {
        browser.await("progress", "progress.seen.length > 1 || (" + RAN + ")", RUN);
    }

    /** Waits until the last cell has run or one has failed. */
    void awaitEnd() throws InterruptedException {
        browser.await("all cells to run", RAN, RUN);
    }

    String kernel() {
        return (String) browser.ask("return Jupyter.notebook.kernel.name");
    }

    /** The different lines of progress that were there at any time. */
    List<String> progress() {
        return browser.list("return progress.seen");
    }

    /** The most lines of progress that were there at one time. */
    long mostProgressAtOnce() {
        return (long) browser.ask("return progress.most");
    }

    /** The lines of progress that are there now. */
    long progressNow() {
        return (long) browser.ask("return progress.now");
    }

    /** The texts of the outputs that a CSS selector finds. */
    List<String> outputs(String selector) {
        return browser.list("return Array.from(document.querySelectorAll('.output_wrapper " + selector
                + "'), e => e.textContent.trim())");
    }

    /** The sources of the cells with code. */
    List<String> code() {
        return browser.list("return Jupyter.notebook.get_cells().filter(cell => cell.cell_type === 'code')"
                + ".map(cell => cell.get_text())");
    }

    /** What is wrong with how the outputs look. */
    List<String> complaints() {
        return browser.list(COMPLAINTS);
    }

    /** What {@link #complaints} are while there is another cell with this HTML as its output. */
    List<String> complaintsWith(String html) {
        browser.ask("window.added = Jupyter.notebook.insert_cell_at_bottom('code'); added.output_area.append_output("
                + "{output_type: 'display_data', metadata: {}, data: {'text/html': `" + html + "`}})");
        List<String> found = complaints();
        browser.ask("Jupyter.notebook.delete_cell(Jupyter.notebook.find_cell_index(added))");
        return found;
    }

    /** Writes a picture of the whole notebook, without Jupyter's menus. */
    void picture(Path file) throws IOException {
        browser.ask("document.querySelector('#header').style.display = 'none'");
        long height = 80 + (long) browser.ask("return document.querySelector('#notebook-container').scrollHeight");
        browser.resize(height);
        browser.ask("const site = document.querySelector('#site'); site.style.height = '" + height + "px';"
                + " site.scrollTop = 0");
        browser.picture(file);
    }
}
