package org.vivace.report;

import java.awt.image.BufferedImage;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.vivace.measure.BenchRecord;
import org.vivace.measure.Figures;
import org.vivace.measure.Machine;

/** A record as one HTML file that needs nothing else: no network, no script, the pictures inside. */
final class HtmlPage {

    private static final Map<String, String> CAPTIONS = Map.of(
            "speedup",
            "How many times as fast as plain DJL one training step is, with 95 % intervals.",
            "loss",
            "The loss of the same model on the same data against wall-clock time.",
            "seeds",
            "The loss on held-out data against the seconds of training: the mean over seeds, in a band from the"
                    + " lowest to the highest.",
            "time-to-target",
            "The quality on held-out data against the seconds of training, the mean over seeds in a band from the lowest"
                    + " to the highest; marks show when the arms all of whose seeds reached the target did.",
            "quality",
            "Where each training ended, in time and in quality: the mean over seeds, with bars from the lowest"
                    + " to the highest. No arm is both sooner and better than one on the Pareto front.",
            "step-time",
            "The time of a step as the methods are added one after another.",
            "memory",
            "The peak memory of a training, measured in a process of its own; on a CPU it includes the JVM, with 512 MiB"
                    + " of heap in every variant.");

    private static final String HOW = "Times are medians over all timed steps. The variants are timed in interleaved"
            + " blocks of steps; a speedup is the median over pairs of blocks, one of each side. Brackets hold 95 %"
            + " intervals. The verdict is faster or slower only if the interval of the speedup excludes 1. The very"
            + " first step, which compiles and allocates, is not included.";

    /** What every page has around its own parts. */
    private static final String PAGE = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8"/>
            <meta name="viewport" content="width=device-width, initial-scale=1"/>
            <title>Vivace: %s</title>
            <style>
            %s</style>
            </head>
            <body>
            <h1>%s</h1>
            %s<h2>Measured on</h2>
            %s<h2>To measure again</h2>
            <pre class="command">%s</pre>
            <details>
            <summary>The record, raw samples included</summary>
            <pre>%s</pre>
            </details>
            </body>
            </html>
            """;

    private HtmlPage() {}

    /**
     * The page's text, which is also well-formed XML.
     *
     * @param plots images by name, as {@link Plots#all} gives them; with none the page has the table alone
     */
    public static String of(BenchRecord record, Map<String, BufferedImage> plots) {
        List<String> sentences = Words.sentences(record);
        String lead = sentences.size() == 1
                ? ""
                : "<p class=\"lead\">%s</p>\n"
                        .formatted(sentence(String.join(" ", sentences.subList(1, sentences.size()))));
        return page(
                record.workload(),
                sentence(sentences.get(0)),
                lead + notes(record.notes()) + figures(plots, name -> caption(record, name)) + tables(record),
                facts(record),
                record.command(),
                record.toJson());
    }

    /**
     * A page from its parts.
     *
     * @param title text, as command and record are
     * @param headline HTML, as body and facts are
     */
    static String page(String title, String headline, String body, String facts, String command, String json) {
        return PAGE.formatted(escape(title), PageStyle.CSS, headline, body, facts, escape(command), escape(json));
    }

    static String notes(List<String> notes) {
        return paragraphs("note", notes);
    }

    /** A paragraph of this class of the style sheet for each text. */
    static String paragraphs(String style, List<String> texts) {
        StringBuilder html = new StringBuilder();
        texts.forEach(text -> html.append("<p class=\"%s\">%s</p>\n".formatted(style, escape(text))));
        return html.toString();
    }

    /** @param caption in words, by the plot's name */
    static String figures(Map<String, BufferedImage> plots, UnaryOperator<String> caption) {
        StringBuilder html = new StringBuilder();
        plots.forEach((name, image) -> html.append(figure(caption.apply(name), image)));
        return html.toString();
    }

    private static String sentence(String text) {
        return escape(text).replace("95 %", "95&#160;%");
    }

    private static String caption(BenchRecord record, String name) {
        boolean seeds = name.equals("loss") && record.quality().isPresent();
        String caption = CAPTIONS.getOrDefault(seeds ? "seeds" : name, name);
        return name.equals("loss") ? caption + Words.lead(record) : caption;
    }

    private static String figure(String words, BufferedImage image) {
        String caption = escape(words);
        String data = Base64.getEncoder().encodeToString(Plots.png(image));
        return """
                <figure class="%s">
                <img alt="%s" width="%d" height="%d" src="data:image/png;base64,%s"/>
                <figcaption>%s</figcaption>
                </figure>
                """.formatted(
                        image.getHeight() > Theme.HEIGHT ? "tall" : "screen",
                        caption,
                        image.getWidth(),
                        image.getHeight(),
                        data,
                        caption);
    }

    private static String tables(BenchRecord record) {
        StringBuilder html = new StringBuilder();
        record.quality().ifPresent(quality -> {
            html.append("<h2>Trained over seeds</h2>\n").append(HtmlTable.of(QualityTable.cells(record)));
            html.append(paragraphs("small", QualityWords.notes(quality)));
        });
        if (Tables.timed(record)) {
            html.append("<h2>The time of a step</h2>\n")
                    .append(HtmlTable.of(Tables.cells(record)))
                    .append("<p class=\"small\">%s</p>\n".formatted(escape(HOW)));
        }
        return html.toString();
    }

    private static String facts(BenchRecord record) {
        Map<String, String> more = new LinkedHashMap<>();
        record.matmulPeakGflops()
                .ifPresent(peak -> more.put("Matrix products", Figures.fixed(peak, 0) + " GFLOP/s at peak"));
        more.putAll(record.settings());
        return facts(record.machine(), record.date(), more);
    }

    /** What was measured on what, as a list of names and values. */
    static String facts(Machine machine, String date, Map<String, String> more) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("Processor", machine.cpu());
        facts.put("Instruction sets", machine.flags().isEmpty() ? "unknown" : String.join(", ", machine.flags()));
        facts.put("Device", machine.device());
        facts.put("Cores, threads", machine.cores() + " cores, " + machine.threads() + " libtorch threads");
        facts.put("Memory", Figures.gibibytes(machine.memoryBytes()));
        facts.put("System", machine.os());
        facts.put("Java", machine.jdk());
        facts.put("DJL, libtorch", machine.djl() + ", " + machine.libtorch());
        facts.put("Commit", Provenance.commit(machine));
        facts.put("Date", date);
        facts.putAll(more);
        StringBuilder html = new StringBuilder("<dl>\n");
        facts.forEach((name, value) ->
                html.append("<div><dt>%s</dt><dd>%s</dd></div>\n".formatted(escape(name), escape(value))));
        return html.append("</dl>\n").toString();
    }

    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
