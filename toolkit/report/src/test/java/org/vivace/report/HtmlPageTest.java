package org.vivace.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.vivace.measure.BenchRecord;
import org.vivace.measure.SampleRecord;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class HtmlPageTest {

    private static final Map<String, BufferedImage> PLOTS = Map.of(
            "speedup", new BufferedImage(1280, 720, BufferedImage.TYPE_INT_RGB),
            "loss", new BufferedImage(1280, 900, BufferedImage.TYPE_INT_RGB));

    private final BenchRecord record = SampleRecord.language();

    @Test
    void isWellFormedAndHoldsItsPictures() throws Exception {
        Document page = parse(HtmlPage.of(record, PLOTS));
        NodeList images = page.getElementsByTagName("img");
        assertThat(images.getLength()).isEqualTo(2);
        for (int i = 0; i < images.getLength(); i++) {
            Element image = (Element) images.item(i);
            String prefix = "data:image/png;base64,";
            assertThat(image.getAttribute("src")).startsWith(prefix);
            byte[] png = Base64.getDecoder().decode(image.getAttribute("src").substring(prefix.length()));
            assertThat(ImageIO.read(new ByteArrayInputStream(png)).getWidth()).isEqualTo(1280);
            assertThat(image.getAttribute("alt")).isNotBlank();
        }
    }

    @Test
    void saysWhatWasFoundWhereAndHow() throws Exception {
        Document page = parse(HtmlPage.of(record, PLOTS));
        assertThat(text(page, "h1"))
                .startsWith("The recipe MixedPrecision(bf16) + LowPrecisionLayerNorm + FusedAttention + FusedAdamW +"
                        + " SequenceLengthWarmup(0.3) makes a training step of language 4.09 times as fast as plain"
                        + " DJL");
        assertThat(page.getElementsByTagName("tr").getLength()).isEqualTo(1 + 9);
        assertThat(text(page, "dl")).contains("8481C", "amx_bf16", "2 libtorch threads", "16.0 GiB", "0.35.1", "2.7.1");
        assertThat(text(page, "dl")).contains("cc8ef4c0d1b2").doesNotContain("cc8ef4c0d1b2a");
        assertThat(text(page, "pre")).isEqualTo("./vivace demo");
        assertThat(text(page, "figcaption")).isNotBlank();
    }

    @Test
    void trainingsOverSeedsHaveASentenceAndATable() throws Exception {
        Document page = parse(HtmlPage.of(record.withQuality(SampleQuality.language()), PLOTS));
        assertThat(page.getElementsByTagName("table").getLength()).isEqualTo(2);
        assertThat(text(page, "h1")).doesNotContain("target");
        assertThat(text(page, "p")).startsWith("The recipe comes to the target of 1.45 nats a byte in ");
        assertThat(text(page, "table")).contains("3 of 3 seeds", "recipe, 400 s", "better");
        assertThat(HtmlPage.of(record, PLOTS)).doesNotContain("Trained over seeds");
    }

    @Test
    void holdsTheWholeRecord() throws Exception {
        Document page = parse(HtmlPage.of(record, PLOTS));
        assertThat(text(page, "details")).contains(record.toJson());
    }

    @Test
    void asksTheNetworkForNothingAndRunsNoScript() {
        String page = HtmlPage.of(record, PLOTS);
        assertThat(page).doesNotContain("http:", "https:", "<script", "<link", "@import", "url(", "href=");
    }

    @Test
    void escapesWhatTheRecordSays() throws Exception {
        BenchRecord sly = record.withNotes(List.of("<script>alert(\"1 & 2\")</script> 50 %s"))
                .withSettings(Map.of("text", "a<b"));
        String page = HtmlPage.of(sly, Map.of());
        assertThat(page)
                .doesNotContain("<script")
                .contains("&lt;script&gt;alert(&quot;1 &amp; 2&quot;)&lt;/script&gt; 50 %s");
        assertThat(text(parse(page), "dl")).contains("a<b");
    }

    private static Document parse(String page) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(page.getBytes(StandardCharsets.UTF_8)));
    }

    private static String text(Document page, String tag) {
        return page.getElementsByTagName(tag).item(0).getTextContent();
    }
}
